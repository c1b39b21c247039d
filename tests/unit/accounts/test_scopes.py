import pytest

from gazouillis.accounts import scopes
from gazouillis.infra.basics.errors import Invalid


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        ("read", "read:statuses"),
        ("write", "write:media"),
        ("follow", "write:blocks"),
        ("follow", "read:mutes"),
        ("admin:read", "admin:read:accounts"),
        ("read:statuses", "read:statuses"),
    ],
)
def test_a_scope_includes_its_parts(granted, wanted):
    assert scopes.covers({granted}, wanted)


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [("read:statuses", "read"), ("write", "read:statuses"), ("read", "admin:read"), ("read", "profile"), ("follow", "write:statuses")],
)
def test_a_scope_includes_nothing_else(granted, wanted):
    assert not scopes.covers({granted}, wanted)


def test_an_empty_scope_means_read():
    assert scopes.parse("") == {"read"}


def test_an_unknown_scope_is_refused():
    with pytest.raises(Invalid, match="everything"):
        scopes.parse("read everything")


def test_an_app_may_ask_for_less_than_it_registered():
    scopes.check_within({"read:statuses", "follow"}, {"read", "write"})


def test_an_app_may_not_ask_for_more_than_it_registered():
    with pytest.raises(Invalid):
        scopes.check_within({"write"}, {"read", "write:statuses"})
