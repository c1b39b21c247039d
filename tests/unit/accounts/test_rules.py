import pytest

from gazouillis.accounts import rules
from gazouillis.accounts.models import Role
from gazouillis.infra.basics.errors import Invalid

USERNAMES = """muad__dibb Loyjet schistrou LaPriss_ nicolas760 Maitre_Eolas _ __ 42 a Edonis_fr X_x_X le_monde_fr samchaparde
Marievh Laurent_B Petitscarabee emma yusuf O ABCDEFGHIJKLMNOPQRSTUVWXYZ1234""".split()


@pytest.mark.parametrize("username", USERNAMES)
def test_usernames_of_2009_are_accepted(username):
    assert rules.check_username(username) == username


@pytest.mark.parametrize("name", ["", "é", "al ice", "alice\n", "a-b", "a.b", "@alice", "x" * 31, "аlice", "a\0b", "१"])
def test_an_invalid_username_is_refused_naming_its_field(name):
    with pytest.raises(Invalid) as refusal:
        rules.check_username(name)

    assert refusal.value.field == "username"


@pytest.mark.parametrize("name", ["admin", "Admin", "SUPPORT", "_owner_"])
def test_an_official_looking_username_is_reserved(name):
    with pytest.raises(Invalid):
        rules.check_not_reserved(name)


@pytest.mark.parametrize("email", ["alice", "alice@", "@there.test", "a b@there.test", "alice@there.test\nBcc: all@there.test", ""])
def test_an_invalid_email_address_is_refused(email):
    with pytest.raises(Invalid) as refusal:
        rules.check_email(email)

    assert refusal.value.field == "email"


def test_spellings_of_one_address_have_the_same_key():
    assert rules.email_key(" Alice@There.Test ") == rules.email_key("alice@there.test")


def test_a_short_password_is_refused():
    with pytest.raises(Invalid) as refusal:
        rules.check_password("1234567")

    assert refusal.value.code == "ERR_TOO_SHORT"


@pytest.mark.parametrize(
    ("giver", "current", "wanted", "may"),
    [
        (Role.OWNER, Role.MEMBER, Role.ADMIN, True),
        (Role.ADMIN, Role.MEMBER, Role.MODERATOR, True),
        (Role.ADMIN, Role.MEMBER, Role.ADMIN, False),
        (Role.ADMIN, Role.OWNER, Role.MEMBER, False),
        (Role.MODERATOR, Role.MEMBER, Role.MODERATOR, False),
        (Role.OWNER, Role.ADMIN, Role.OWNER, False),
    ],
)
def test_a_role_is_given_only_by_somebody_of_a_higher_role(giver, current, wanted, may):
    assert rules.may_give_role(giver, current, wanted) is may
