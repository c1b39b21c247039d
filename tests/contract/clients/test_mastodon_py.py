"""The client library Mastodon.py, unmodified: https://github.com/halcy/Mastodon.py"""

import contextlib
import queue

import pytest
from mastodon import Mastodon, MastodonAPIError, StreamListener

from tests.support.mastodon_py import close_stream

SCOPES = ["read", "write", "follow"]
TIMEOUT = 30

# A fault of the library's own, on every server.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def alice(server):
    """A client that logged in through the authorization page."""
    server.create_account("alice")
    client_id, secret = Mastodon.create_app("A client", scopes=SCOPES, api_base_url=server.url)
    client = Mastodon(client_id, secret, api_base_url=server.url)
    address = client.auth_request_url(scopes=SCOPES, allow_http=True)
    client.log_in(code=server.authorization_code("alice", address), scopes=SCOPES, allow_http=True)
    return client


@pytest.fixture(scope="module")
def bob(server):
    return Mastodon(access_token=server.create_account("bob"), api_base_url=server.url)


def eventually(request, is_done):
    """Repeats the request until its result has what the worker adds."""
    for _ in range(100):
        result = request()
        if is_done(result):
            return result
    raise AssertionError(result)


def test_the_account_of_the_token_is_read(alice):
    assert alice.account_verify_credentials().acct == "alice"


def test_the_instance_is_read(alice):
    assert alice.instance_v1().urls.streaming_api.startswith("ws://")
    assert alice.instance_v2().configuration.statuses.max_characters == 140
    assert alice.get_supported_version()


def test_posts_replies_and_reblogs(alice, bob):
    status = alice.status_post("who is in #Lyon?", visibility="public", language="en")
    reply = bob.status_reply(status, "me!")
    made = bob.status_reblog(status)

    assert reply.in_reply_to_id == status.id
    assert made.reblog.id == status.id
    assert [one.id for one in alice.status_context(status).descendants] == [reply.id]


def test_it_reads_home_and_notifications(alice, bob):
    alice.account_follow(bob.me())
    status = bob.status_post("good evening @alice")

    home = eventually(alice.timeline_home, lambda found: any(one.id == status.id for one in found))
    notified = eventually(alice.notifications, lambda found: any(one.type == "mention" and one.status.id == status.id for one in found))

    assert home[0].account.acct == "bob"
    assert notified[0].account.acct == "bob"


def test_pages_are_followed(alice):
    for number in range(5):
        alice.status_post(f"page {number}")
    first = alice.account_statuses(alice.me(), limit=2)

    everything = alice.fetch_remaining(first)

    assert len({one.id for one in everything}) == len(everything) >= 5


def test_favourites_bookmarks_edits_and_deletions(alice, bob):
    status = bob.status_post("helo")

    assert alice.status_favourite(status).favourited
    assert alice.status_bookmark(status).bookmarked
    assert "hello" in bob.status_update(status, "hello").content
    assert [one.content for one in alice.status_history(status)] == ["<p>helo</p>", "<p>hello</p>"]
    assert bob.status_delete(status).text == "hello"


def test_a_profile_is_changed(alice):
    own = alice.account_update_credentials(display_name="Alice", note="In Lyon", fields=[("Blog", "https://alice.example")])

    assert (own.display_name, own.source.note, own.fields[0].name) == ("Alice", "In Lyon", "Blog")


def test_search(alice, bob):
    bob.status_post("a very particular pangolin #zoology")

    results = eventually(lambda: alice.search_v2("pangolin"), lambda results: results.statuses)

    assert results.statuses[0].account.acct == "bob"
    assert alice.account_search("bob")[0].acct == "bob"


def test_a_track_is_a_list(alice, bob):
    with contextlib.suppress(MastodonAPIError):  # a command is not posted: its answer is a sentence
        alice.status_post('track "tarte flambée"')
    (one,) = alice.lists()
    assert (one.title, alice.list(one).id, alice.list_accounts(one)) == ('track: "tarte flambée"', one.id, [])
    said = bob.status_post("Deux tartes flambées à Colmar")

    found = eventually(lambda: alice.timeline_list(one), lambda found: found)
    assert [each.id for each in found] == [said.id]
    alice.list_delete(one)
    assert alice.lists() == []


def test_an_error_is_raised_with_its_message(alice):
    with pytest.raises(MastodonAPIError, match="Too long by 1 character"):
        alice.status_post("x" * 141)


def test_events_are_streamed(alice, bob):
    events = queue.Queue()
    subscriber = StreamListener()
    subscriber.on_update = lambda status: events.put(("update", status.id))
    subscriber.on_notification = lambda notification: events.put(("notification", notification.type))
    alice.account_follow(bob.me())
    stream = alice.stream_user(subscriber, run_async=True)
    try:
        post = bob.status_post("live, @alice!")

        expected = {("update", post.id), ("notification", "mention")}
        received = set()
        with contextlib.suppress(queue.Empty):
            while received != expected:
                received.add(events.get(timeout=TIMEOUT))
        assert received == expected
    finally:
        close_stream(stream, lambda: bob.status_post("good night"))
