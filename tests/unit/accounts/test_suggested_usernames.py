import pytest

from gazouillis.accounts.rules import LONGEST_USERNAME, check_username, suggested_username
from gazouillis.infra.basics.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("Jérôme", "jerome"),
        ("Jérôme Dupont", "jerome_dupont"),
        ("L'Été", "lete"),
        ("Жером", "zherom"),
        ("@marie!", "marie"),
        ("marie.dupont@example.org", "marie_dupont"),
        ("Straße", "strasse"),
        ("été" * 20, ("ete" * 20)[:LONGEST_USERNAME]),
        ("!?", ""),
    ],
)
def test_a_suggested_username_is_close_to_what_was_typed(typed, suggestion):
    assert suggested_username(typed) == suggestion


@pytest.mark.parametrize("typed", ["Jérôme", "a b", "a-b", "@a", "日本"])
def test_a_suggestion_is_itself_allowed(typed):
    assert check_username(suggested_username(typed))


def test_a_refused_username_comes_with_its_suggestion():
    with pytest.raises(Invalid, match=r"for instance jerome$"):
        check_username("Jérôme")
