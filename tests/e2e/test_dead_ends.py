"""Crawls all pages as a visitor, as a member and as the owner: no link is dead, no button does nothing, every field has a label, every
page has a way back and fits a phone. Without JavaScript, every form that is filled in plausibly is taken.
"""

from __future__ import annotations

from itertools import count

import pytest
import pytest_asyncio

from tests.e2e.browser_page import signed_in_storage
from tests.e2e.crawl import Crawl
from tests.e2e.lived_in import NEWCOMERS_PASSWORD, OWNER, READER, served_lived_in
from tests.e2e.screenshots import PASSWORD
from tests.e2e.visits import VISITOR

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

EVERYBODY = pytest.mark.parametrize("who", [VISITOR, READER, OWNER], ids=["visitor", "member", "owner"])
ENTRANCES = {
    VISITOR: ("invitation", "waiting", "let_in", "turned_away", "password", "first password", "address"),
    OWNER: ("reject",),
}
"""Pages to which letters lead, or links that somebody passes on."""

numbers = count(1)


def plausible():
    """By the name, `autocomplete` or type of a field."""
    number = next(numbers)
    return {
        "current-password": PASSWORD,
        "new-password": NEWCOMERS_PASSWORD,
        "login": READER,
        "username": f"someone{number}",
        "email": f"someone{number}@example.org",
        "number": "200",
        "max_uses": "3",
        "people": f"Somebody {number}\nÉlodie {number}, elodie{number}@example.org",
        "q": "budapest",
        "handle": "@nico_pest",
        "to": "@nico_pest",
        "domain": "elsewhere.example",
        "place": "Budapest",
        "value": "+33 3 83 12 34 56",
        **{f"poll_option.{place}": f"Answer {place}" for place in range(1, 9)},
    }


USED_UP = {
    "/follow-requests/N/accept",
    "/follow-requests/N/reject",
    "/meetings/N/answer",
    "/meetings/N/another-time",
    "/meetings/coffee",
    "/messages/N/accept",
    "/messages/N/decline",
    "/messages/N/decline-and-block",
    "/recommendations/N/follow",
    "/accounts/N/mute",
    "/settings/delete",
    "/settings/reports/N/resolve",
    "/settings/site/sign-ups/N/reject",
    "/start/people",
    "/suggestions/N/dismiss",
}
"""There is one request of each kind, and another form of this crawl has answered it. Who has taken distance from somebody has muted them.
Who has signed out cannot delete their account. A coffee that is answered or moved waits for the other; one that is proposed has no form
any more. Whoever is suggested or recommended has been followed.
"""
FIRST = (
    "/stays/N/next-time",
    "/accounts/N/follow",
    "/accounts/N/take-distance",
    "/messages/N/N/delete",
    "/places/N/stay",
    "/places/N/residence",
    "/meetings/new",
    "/settings/cards",
    "/tracks/N",
)
"""Offered only until another form changes one's dates, follows, mutes or blocks this person, removes the whole conversation,
makes a circle, which adds a field to whatever has an audience, or silences all tracks.
"""
LAST = ("/settings/sessions", "/settings/account", "/sign-out", "/settings/delete")


def order(submit):
    """What ends a session or changes a password comes last, and before it what removes something.

    The files of a message are asked for first: the page to write to somebody leads to their conversation once there is one.
    So is who is in which lists: only whom one follows is.
    """
    (action, name, _fields), _paths = submit
    if name == "show_files" or (action.startswith("/@") and action.endswith("/lists")):
        return -len(FIRST) - 1
    if action in FIRST:
        return FIRST.index(action) - len(FIRST)
    if action in LAST:
        return 2 + LAST.index(action)
    return int(action.endswith(("/delete", "/block", "/reject", "/revoke", "/discard", "/remove", "/cancel")))


@pytest_asyncio.fixture(loop_scope="session")
async def lived_in(tmp_path):
    with served_lived_in(tmp_path) as lived_in:
        await lived_in.settle_in()
        yield lived_in


@pytest_asyncio.fixture(loop_scope="session")
async def crawl(browser, lived_in):
    """`await crawl(READER, with_scripts=False)`: a crawl of theirs that has not begun."""
    begun = []

    async def begin(who, *, with_scripts):
        storage = await signed_in_storage(browser, lived_in.address, who) if who else None
        entrances = tuple(lived_in.paths[name] for name in ENTRANCES.get(who, ()))
        begun.append(Crawl(browser, lived_in.address, storage, with_scripts=with_scripts, entrances=entrances))
        return begun[-1]

    yield begin
    for one in begun:
        await one.close()


@EVERYBODY
async def test_without_scripts_every_link_leads_somewhere_every_button_acts_and_every_form_is_taken(crawl, who):
    pages = await crawl(who, with_scripts=False)

    found = await pages.run()
    refused = {}
    for submit, paths in sorted(found.submits.items(), key=order):
        if fault := await pages.submits(submit, paths, plausible(), changes_session=who == VISITOR or submit[0] in LAST):
            refused[submit] = (paths[0], fault)

    assert found.faults == []
    assert {submit: fault for submit, fault in refused.items() if fault[1] != "gone" or submit[0] not in USED_UP} == {}


@EVERYBODY
async def test_with_scripts_every_link_leads_somewhere_and_every_button_acts(crawl, who):
    pages = await crawl(who, with_scripts=True)

    found = await pages.run()
    leaving = [key for key in found.buttons if key.startswith(LAST)]
    pressed = {key: await pages.presses(key, found.buttons[key]) for key in found.buttons if key not in leaving}

    assert found.faults == []
    assert {key: found.buttons[key][0] for key, happened in pressed.items() if not happened} == {}
