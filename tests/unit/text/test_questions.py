"""Which texts are questions."""

import pytest

from gazouillis.text.questions import is_question


@pytest.mark.parametrize(
    "text",
    [
        "Who is in Lyon?",
        "Qui est à Lyon ?",
        "Qui vient ? #lyon #apéro",
        "Où ça ? https://example.org/?a=1",
        "« On y va ? »",
        "Really?!",
        "(any idea?)",
        "Qui vient ? 🙂",
        "Who knows? @alice @bob",
        "おすすめは？",
        "هل من أحد؟",
    ],
)
def test_a_text_that_ends_with_a_question_mark_is_a_question(text):
    assert is_question(text)


@pytest.mark.parametrize("text", ["", "Who? Me.", "see https://example.org/?a=1", "#why", "Is it? Yes, it is", "? ? ? no", "5", "@who"])
def test_other_texts_are_none(text):
    assert not is_question(text)


def test_a_long_text_is_looked_at_from_its_end():
    assert is_question("a" * 100_000 + "?")
    assert not is_question("?" + "!" * 100_000)
