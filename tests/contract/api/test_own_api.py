"""Endpoints that Mastodon does not have: the document that the server shows tells what they take and answer."""

import re

import pytest
from jsonschema import Draft202012Validator

from gazouillis.accounts.boundaries import CHOICES, Act
from gazouillis.api.routes import handlers
from gazouillis.conversations import extracts
from gazouillis.conversations.models import ExtractState, MessagePolicy
from gazouillis.graph.contact_cards import CardAudience, CardKind
from gazouillis.places.models import Audience
from gazouillis.statuses.models import ReplyPolicy
from gazouillis.statuses.restrict_replies import LONGEST_SLOW
from tests.contract.api import own_document, own_story
from tests.contract.api.document import LACKING
from tests.contract.api.own_document import OwnDocument
from tests.support.site import RunningSite
from tests.support.streams import open_stream

LIMITS = "/api/gazouillis/v1/limits"
PLACES = "/api/gazouillis/v1/places"
PROPOSE = "/api/gazouillis/v1/stays/propose"
TRACK_STREAM = ("get", "/api/v1/streaming/track")
NONE_CHOSEN = {
    **{"who_may_reply": "everyone", "holds_strangers": False, "locked": False, "who_may_mention": "everyone"},
    **{"links_others": False, "allows_embedding": True},
    **{"who_may_write": "requests", "who_may_find": "everyone", "who_may_see_town": "everyone", "who_may_list": "everyone"},
    "who_may_track": "everyone",
    **{"who_may_invite": "everyone", "unwanted_words": [], "quiet_from": "", "quiet_to": "", "time_zone": ""},
}
CHOSEN = {
    **{"who_may_reply": "mutuals", "holds_strangers": True, "locked": True, "who_may_mention": "followers", "who_may_write": "nobody"},
    **{"who_may_find": "mutuals", "who_may_see_town": "followed", "who_may_list": "nobody", "who_may_invite": "mutuals"},
    "who_may_track": "followers",
    **{"links_others": True, "allows_embedding": False},
    **{"unwanted_words": ["crypto", "pièce d'or"], "quiet_from": "22:30", "quiet_to": "07:00", "time_zone": "Europe/Paris"},
}


@pytest.fixture
async def document(running_site: RunningSite):
    response = await running_site.client().get(own_document.PATH)
    assert response.headers["content-type"] == "application/json"
    return OwnDocument(response.json())


@pytest.fixture
def faults(document):
    return document.faults


def routes():
    """(method, path template) of all routes of the API, but for that of the document."""
    methods = [(one, path) for one in handlers for path in one.paths if path.startswith("/api/") and path != own_document.PATH]
    return {
        (method.lower(), re.sub(r":\w+\}", "}", path))
        for one, path in methods
        for method in {*getattr(one, "http_methods", ())} - {"OPTIONS", "HEAD"}
    }


def without_names(operations):
    return {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in operations}


def test_the_document_describes_every_route_below_our_own_prefix(document):
    assert {one for one in routes() if one[1].startswith("/api/gazouillis/")} <= document.operations <= routes()


def test_a_route_that_mastodon_does_not_have_is_described_in_our_document_and_no_other(document, openapi):
    mastodons = without_names((method, path) for path, methods in openapi.content["paths"].items() for method in methods)
    own = {one for one in routes() - LACKING if not without_names([one]) & mastodons}

    assert document.operations == own


def test_the_document_has_the_choices_of_the_program(document):
    schemas = document.schemas
    described = schemas["LimitsChange"]["properties"]
    acts = {"mention": Act.MENTION, "find": Act.FIND, "see_town": Act.TOWN, "track": Act.TRACK, "list": Act.LIST, "invite": Act.INVITE}

    assert {name: tuple(described[f"who_may_{name}"]["enum"]) for name in acts} == {name: CHOICES[act] for name, act in acts.items()}
    assert set(described["who_may_reply"]["enum"]) == {one.word for one in ReplyPolicy}
    assert set(described["who_may_write"]["enum"]) == {one.word for one in MessagePolicy}
    assert set(described) == set(schemas["Limits"]["required"]) == set(NONE_CHOSEN)
    assert schemas["ContactCardKind"]["enum"] == [one.value for one in CardKind]
    assert schemas["ContactCardAudience"]["enum"] == [one.value for one in CardAudience]
    assert schemas["Audience"]["enum"] == [one.value for one in Audience]
    assert schemas["ExtractState"]["enum"] == [one.word for one in ExtractState]
    assert schemas["ExtractVisibility"]["enum"] == [one.word for one in extracts.AUDIENCES]
    assert schemas["ThreadForm"]["properties"]["slow_minutes"]["maximum"] == LONGEST_SLOW
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


async def test_the_story_calls_every_operation_and_requests_and_answers_are_as_the_document_says(
    running_site, document, recorder, alice, bob, carol
):
    await own_story.play(running_site, recorder, alice, bob, carol)

    called = {document.operation_of(one.request) for one in recorder.answers if one.is_success}
    assert document.operations - called == {TRACK_STREAM}
    assert [fault for one in recorder.answers for fault in document.faults(one)] == []


async def test_each_operation_wants_the_scopes_that_the_document_names(running_site, document):
    """A token with all other scopes is refused, and one with these alone is not."""
    every = {scope for operation in document.operations for scopes in document.scopes(operation) for scope in scopes}
    refused, wanted = {}, {}
    for number, (method, template) in enumerate(sorted(document.operations - {TRACK_STREAM})):
        scopes, path = document.scopes((method, template)), re.sub(r"\{\w+\}", "1", template)
        needed = set().union(*scopes)
        person = await running_site.person(f"ada{number}", scopes=" ".join(sorted(every - needed)))
        other = await running_site.person(f"eve{number}", scopes=" ".join(sorted(needed)))
        answers = [await one.request(method, path) for one in (running_site.client(), person.client, other.client)]
        refused[method, template] = [one.status_code for one in answers[:2]]
        wanted[method, template] = answers[2].status_code
        assert [fault for one in answers for fault in document.faults(one)] == []

    open_to_all = {one for one in refused if set() in document.scopes(one)}
    assert {one: codes for one, codes in refused.items() if one not in open_to_all and codes != [401, 403]} == {}
    assert {one for one in open_to_all if 401 in refused[one]} == set()
    assert {one for one, code in wanted.items() if code in {401, 403} and "moderation" not in one[1]} == set()


async def test_the_stream_of_tracks_is_as_the_document_says(running_site, document, alice):
    described = document.content["paths"][TRACK_STREAM[1]]["get"]
    async with open_stream(running_site, TRACK_STREAM[1], alice.token) as stream:
        assert (stream.status, stream.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
    refused = await running_site.client().get(TRACK_STREAM[1])

    assert described["responses"]["200"]["$ref"].endswith("/Stream")
    assert (refused.status_code, document.faults(refused)) == (401, [])


async def test_limits_are_stored_whole_and_a_wrong_one_changes_nothing(running_site, faults, alice):
    answers = []
    for sent in (CHOSEN, {}, {"who_may_list": "followers"}, NONE_CHOSEN):
        answers.append(await alice.client.patch(LIMITS, json=sent))
    answers.append(await alice.client.get(LIMITS))

    assert [one.status_code for one in answers] == [200, 200, 422, 200, 200]
    assert [fault for one in answers for fault in faults(one)] == []
    assert [answers[place].json() for place in (0, 1, 3, 4)] == [CHOSEN, CHOSEN, NONE_CHOSEN, NONE_CHOSEN]


async def test_paths_are_as_the_document_says(running_site, faults, alice, bob, carol):
    await bob.client.patch(LIMITS, json={"links_others": True})
    await alice.follows(bob)
    await bob.follows(carol)
    paths = "/api/gazouillis/v1/accounts/{}/paths"
    answers = [await alice.client.get(paths.format(one)) for one in (carol.id, bob.id, alice.id, "1")]
    answers.append(await running_site.client().get(paths.format(bob.id)))

    assert [one.status_code for one in answers] == [200, 200, 200, 404, 401]
    assert [[path["length"] for path in one.json()] for one in answers[:3]] == [[2], [1], []]
    assert [fault for one in answers for fault in faults(one)] == []


async def test_places_are_as_the_document_says(running_site, faults):
    visitor = running_site.client()
    answers = [await visitor.get(PLACES, params=query) for query in ({"q": "par"}, {"q": "Hong Kong"}, {"q": "Toscane"}, {"q": "-"}, {})]

    assert [one.status_code for one in answers] == [200, 200, 200, 200, 422]
    assert [fault for one in answers for fault in faults(one)] == []


async def test_proposed_stays_are_as_the_document_says(running_site, faults):
    visitor = running_site.client()
    texts = [{"text": "à Lyon lundi"}, {"text": "in Lisbon", "language": "en"}, {"text": "nothing"}, {"text": "à Lyon", "now": "soon"}, {}]
    answers = [await visitor.post(PROPOSE, json=one) for one in texts]

    assert [one.status_code for one in answers] == [200, 200, 200, 422, 422]
    assert [fault for one in answers for fault in faults(one)] == []


async def test_the_document_needs_no_token_and_another_origin_may_read_it(running_site):
    answer = await running_site.client(Origin="https://elk.zone").get(own_document.PATH)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
