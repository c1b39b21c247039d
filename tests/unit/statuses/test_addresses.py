import pytest

from gazouillis.statuses.addresses import Target, parse

HERE = "https://café.fr"
DAVE, ONE = Target(handle="dave"), Target(status_ids=(1,))


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://café.fr/@dave", DAVE),
        ("http://café.fr/@dave", DAVE),
        ("HTTPS://CAFÉ.FR/@dave", DAVE),
        ("https://xn--caf-dma.fr/@dave", DAVE),
        ("https://café.fr:443/@dave", DAVE),
        ("http://café.fr:80/@dave", DAVE),
        ("café.fr/@dave", DAVE),
        ("//café.fr/@dave", DAVE),
        ("/@dave", DAVE),
        (" https://café.fr/@dave/ ", DAVE),
        ("https://café.fr/%40dave", DAVE),
        ("https://café.fr/@dave?max_id=5", DAVE),
        ("https://café.fr/@dave#main", DAVE),
        ("https://café.fr/@dave/with_replies", DAVE),
        ("https://café.fr/@dave/media", DAVE),
        ("https://café.fr/@dave/followers", DAVE),
        ("https://café.fr/@dave@there.test", Target(handle="dave@there.test")),
        ("https://café.fr/users/7", Target(account_id=7)),
        ("https://café.fr/@dave/1", ONE),
        ("http://CAFÉ.fr/@dave/1/?x=y", ONE),
        ("https://café.fr/@dave/1/edits", ONE),
        ("https://café.fr/@dave/1/embed", ONE),
        ("https://café.fr/@dave@there.test/1", ONE),
        ("https://café.fr/users/7/statuses/1", ONE),
        ("https://café.fr/@dave/1#s1", ONE),
        ("https://café.fr/@dave/1#s2", Target(status_ids=(2, 1))),
        ("https://café.fr/tags/F%C3%AAte", Target(tag="Fête")),
    ],
)
def test_a_url_of_this_server_is_parsed(address, target):
    assert parse(address, HERE) == target


@pytest.mark.parametrize(
    "address",
    [
        *("", "/", "dave", "@dave", "hello https://café.fr/@dave", "https://café.fr", "https://café.fr/", "https://café.fr/@"),
        *("https://there.test/@dave", "https://x@café.fr/@dave", "https://café.fr@there.test/@dave", "https://café.fr:8000/@dave"),
        *("https://café.fr.there.test/@dave", "ftp://café.fr/@dave", "javascript://café.fr/@dave", "https://[/@dave"),
        *("https://café.fr/avatars/dave.png", "https://café.fr/@dave/x", "https://café.fr/@dave/" + "9" * 19, "https://café.fr/local"),
        *("https://café.fr/@da\0ve", "https://café.fr/@" + "a" * 5000),
    ],
)
def test_any_other_text_is_not_a_url_of_this_server(address):
    assert parse(address, HERE) is None


def test_the_port_of_a_server_reached_directly_is_part_of_its_urls():
    assert parse("http://LOCALHOST:8000/@dave/1", "http://localhost:8000") == ONE
    assert parse("http://localhost/@dave/1", "http://localhost:8000") is None
