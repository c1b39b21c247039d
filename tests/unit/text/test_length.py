import unicodedata

import pytest

from gazouillis.text.length import LINK_LENGTH, counted_length, excess


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("Twitts à Budapest 🙂 œ’", 22),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("a\nb", 3),
        ("a\r\nb", 3),
        ("à\r\nb", 3),
        ("👨‍👩‍👧", 1),
        ("🇫🇷🇧🇪", 2),
        ("👍🏽", 1),
        ("1️⃣", 1),
        ("❤️", 1),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 1),
        ("क्ष", 1),
        ("்க", 2),
        ("각", 1),
        ("\u1100\u1161\u11a8", 1),
        ("m****", 5),
        ("^^ ;) :P", 8),
        ("©\u200d", 1),
        ("\u094d\u0915", 2),
    ],
)
def test_characters_are_counted_as_people_see_them(text, length):
    assert counted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://there.test/une/adresse/vraiment/tres/longue/que/personne/ne/lit", LINK_LENGTH),
        ("http://a.fr", LINK_LENGTH),
        ("bit.ly/x", LINK_LENGTH),
        ("voir bit.ly/x.", LINK_LENGTH + 6),
        ("a.fr b.fr", 2 * LINK_LENGTH + 1),
        ("etc.Je", 6),
        ("@dave@there.test", 5),
        ("(@dave@there.test)", 7),
        ("@dave", 5),
        ("dave@there.test", 15),
        ("#fête", 5),
    ],
)
def test_links_and_remote_handles_count_a_fixed_length(text, length):
    assert counted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("@alice oui", 3),
        ("@ALICE oui", 3),
        ("@alice @dave@there.test: oui", 3),
        ("@alice >> oui", 3),
        ("@alice :)", 2),
        ("@alice", 0),
        ("oui @dave@there.test", 9),
        ("@alice bit.ly/x", LINK_LENGTH),
        (" oui", 4),
        (" @alice oui", 4),
        ("@nobody oui", 11),
        ("@nobody @alice oui", 11),
        ("@alice @nobody oui", 11),
        ("@alice @nobody@there.test oui", 11),
        ("@alice, " * 11 + "oui", 8 + 3),
        ("@nobody " * 1000, 8000),
        ("@alice" + " " * 1000 + "oui", 995 + 3),
        ("@alice" + "," * 1000, 995),
    ],
)
def test_the_first_ten_known_handles_that_open_a_reply_do_not_count(text, length):
    assert counted_length(text, addressees={"alice", "dave@there.test"}) == length


def test_the_handles_count_in_a_status_that_is_no_reply():
    assert counted_length("@alice oui") == 10


def test_a_hundred_and_forty_characters_fit():
    assert excess("é" * 140, 140) == 0


def test_a_hundred_and_forty_one_characters_do_not_fit():
    assert excess("é" * 141, 140) == 1


def test_a_decomposed_text_is_as_long_as_a_composed_one():
    text = "L’été à Orléans, ça brûle déjà ! " * 4

    assert counted_length(unicodedata.normalize("NFD", text)) == counted_length(text)
