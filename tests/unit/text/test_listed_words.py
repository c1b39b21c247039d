"""Words of a list in a text: whole words, whatever their case and accents."""

import pytest

from gazouillis.text.listed_words import entries, first_found, has_words


@pytest.mark.parametrize(
    ("listed", "text", "found"),
    [
        ("Zoé", "ZOE est là", True),
        ("zoe", "Zoé !", True),
        ("Zoé", "zoologie", False),
        ("Zoé", "l’anniversaire de #Zoé", True),
        ("Zoé", "@zoe_b", False),
        ("Jean-Luc", "jean luc arrive", True),
        ("jean luc", "Jean et Luc", False),
        ("Emma", "d'Emma", True),
        ("Emma", "Em\u00adma", True),
        ("crypto", "", False),
        ("!!!", "!!!", False),
    ],
)
def test_a_word_is_found_as_a_whole(listed, text, found):
    assert (first_found([listed], ["", text]) is not None) is found


def test_the_entry_is_returned_as_it_was_written():
    assert first_found(["nobody", "Zoé"], ["hello", "zoe and nobody"]) == "nobody"
    assert first_found([], ["hello"]) is None


def test_a_list_is_read_line_by_line_and_each_entry_once():
    assert entries(" Zoé \r\n\nzoe\nJean-Luc\njean  luc\n") == ["Zoé", "Jean-Luc"]
    assert entries("a, b;c\nd", "\n,;") == ["a", "b", "c", "d"]
    assert [has_words(one) for one in ("a", "!!!", "\u200b")] == [True, False, False]
