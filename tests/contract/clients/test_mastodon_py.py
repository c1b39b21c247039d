"""https://github.com/halcy/Mastodon.py, unmodified, from logging in to listening."""

import queue

import pytest
from mastodon import Mastodon, MastodonAPIError, StreamListener

from tests.support.mastodon_py import close_stream

SCOPES = ["read", "write", "follow"]
PATIENCE = 10

# A fault of the library's own, on every server.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def alice(place):
    """Logged in through the page where she says yes."""
    place.person("alice")
    client_id, secret = Mastodon.create_app("A client", scopes=SCOPES, api_base_url=place.url)
    client = Mastodon(client_id, secret, api_base_url=place.url)
    address = client.auth_request_url(scopes=SCOPES, allow_http=True)
    client.log_in(code=place.code("alice", address), scopes=SCOPES, allow_http=True)
    return client


@pytest.fixture(scope="module")
def bob(place):
    return Mastodon(access_token=place.person("bob"), api_base_url=place.url)


def eventually(ask, found):
    """What follows from a post comes a moment later."""
    for _ in range(100):
        answer = ask()
        if found(answer):
            return answer
    raise AssertionError(answer)


def test_it_knows_whose_it_is(alice):
    assert alice.account_verify_credentials().acct == "alice"


def test_it_reads_what_the_place_is(alice):
    assert alice.instance_v1().urls.streaming_api.startswith("ws://")
    assert alice.instance_v2().configuration.statuses.max_characters == 140
    assert alice.get_supported_version()


def test_it_posts_answers_and_repeats(alice, bob):
    said = alice.status_post("who is in #Lyon?", visibility="public", language="en")
    answer = bob.status_reply(said, "me!")
    made = bob.status_reblog(said)

    assert answer.in_reply_to_id == said.id
    assert made.reblog.id == said.id
    assert [one.id for one in alice.status_context(said).descendants] == [answer.id]


def test_it_reads_home_and_notifications(alice, bob):
    alice.account_follow(bob.me())
    said = bob.status_post("good evening @alice")

    home = eventually(alice.timeline_home, lambda found: any(one.id == said.id for one in found))
    told = eventually(alice.notifications, lambda found: any(one.type == "mention" and one.status.id == said.id for one in found))

    assert home[0].account.acct == "bob"
    assert told[0].account.acct == "bob"


def test_it_turns_pages(alice):
    for number in range(5):
        alice.status_post(f"page {number}")
    first = alice.account_statuses(alice.me(), limit=2)

    everything = alice.fetch_remaining(first)

    assert len({one.id for one in everything}) == len(everything) >= 5


def test_it_keeps_mends_and_takes_back(alice, bob):
    said = bob.status_post("helo")

    assert alice.status_favourite(said).favourited
    assert alice.status_bookmark(said).bookmarked
    assert "hello" in bob.status_update(said, "hello").content
    assert [one.content for one in alice.status_history(said)] == ["<p>helo</p>", "<p>hello</p>"]
    assert bob.status_delete(said).text == "hello"


def test_it_changes_a_profile(alice):
    own = alice.account_update_credentials(display_name="Alice", note="In Lyon", fields=[("Blog", "https://alice.example")])

    assert (own.display_name, own.source.note, own.fields[0].name) == ("Alice", "In Lyon", "Blog")


def test_it_searches(alice, bob):
    bob.status_post("a very particular pangolin #zoology")

    found = eventually(lambda: alice.search_v2("pangolin"), lambda found: found.statuses)

    assert found.statuses[0].account.acct == "bob"
    assert alice.account_search("bob")[0].acct == "bob"


def test_it_is_told_what_goes_wrong(alice):
    with pytest.raises(MastodonAPIError, match="Too long by 1 character"):
        alice.status_post("x" * 141)


def test_it_listens(alice, bob):
    heard = queue.Queue()
    subscriber = StreamListener()
    subscriber.on_update = lambda status: heard.put(("update", status.id))
    subscriber.on_notification = lambda told: heard.put(("notification", told.type))
    alice.account_follow(bob.me())
    stream = alice.stream_user(subscriber, run_async=True)
    try:
        said = bob.status_post("live, @alice!")

        assert {heard.get(timeout=PATIENCE) for _ in range(2)} == {("update", said.id), ("notification", "mention")}
    finally:
        close_stream(stream, lambda: bob.status_post("good night"))
