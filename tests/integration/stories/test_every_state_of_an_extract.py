"""The state machine of extracts, explored exhaustively: every sequence of acts, run by the real commands and reactions.

All acts are tried in every state that differs from the others in what decides about further acts. Each try is a savepoint that is rolled
back, so that a state is reached once. In each state it is checked that Carol, a third person who follows both, and a visitor read a word of
the conversation only where everybody whose words they are agrees, and nobody has taken it back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from gazouillis import reactions
from gazouillis.accounts import deletion, suspend
from gazouillis.accounts import queries as accounts
from gazouillis.conversations import answer_extract, ask_extract, extracts, remove, withdraw_extract
from gazouillis.conversations import queries as conversations
from gazouillis.conversations.models import ExtractState
from gazouillis.conversations.tables import extracts as extracts_table
from gazouillis.graph import block
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Problem
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import StatusId
from gazouillis.search.tables import searched_statuses
from gazouillis.statuses import delete, edit, narrow, reblog, views
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import Terms, Visibility
from gazouillis.statuses.tables import statuses as statuses_table

BASE_URL = "https://here.test"
TERMS = Terms(BASE_URL, 500)
SECRET = "merlinpinpin"


class RolledBack(Exception):
    """Ends a savepoint that is only a try."""


class RecordingTx:
    """A transaction that remembers the events emitted in it, so that their reactions can be run at once."""

    def __init__(self, tx: Any) -> None:
        self._tx = tx
        self.events: list[Event] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def emit(self, *happened: Event) -> None:
        self.events += happened

    async def run_reactions(self) -> None:
        while self.events:
            event = self.events.pop(0)
            for reaction in reactions.IN_BATCHES.get(type(event), ()):
                await reaction(self, [event])
            for one in reactions.IN_TRANSACTION.get(type(event), ()):
                await one(self, event)


class Facts(NamedTuple):
    """All that decides what further acts do. What Bob deleted for himself is not among it: only the copies of who asks matter."""

    is_barred: bool
    extract: tuple[Any, ...] | None
    status: tuple[bool, Visibility] | None
    messages: tuple[str, ...]
    alices_copies: int
    blocks: tuple[bool, ...]
    present: tuple[bool, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing is asked or published, and nothing can be asked any more."""
        is_standing = self.extract is not None and self.extract[0].is_standing
        return not is_standing and ("gone" in self.messages or self.alices_copies < len(self.messages) or not self.present[0])


class World:
    """Alice and Bob, who wrote a message each, and Carol, who follows both."""

    def __init__(self, tx: RecordingTx, people: dict[str, Any], messages: list[StatusId], conversation_id: int) -> None:
        self.tx, self.messages, self.conversation_id = tx, messages, conversation_id
        self.ids = people

    async def account(self, name: str) -> Any:
        return (await accounts.by_ids(self.tx, [self.ids[name]]))[self.ids[name]]

    async def newest(self) -> Any:
        ids = await self.tx.values(sa.select(sa.func.max(extracts_table.c.id)))
        found = await extracts.by_ids(self.tx, [one for one in ids if one])
        return found[0] if found else None

    async def facts(self) -> Facts:
        rows = await self.tx.all(sa.select(extracts_table.c.state, extracts_table.c.asker_id, extracts_table.c.ended_by_id))
        newest = await self.newest()
        published = await statuses.by_id(self.tx, newest.status_id) if newest and newest.status_id else None
        messages = []
        for one in self.messages:
            status = await statuses.by_id(self.tx, one)
            messages.append("gone" if status is None or status.deleted_at else "edited" if status.edited_at else "there")
        return Facts(
            is_barred=any(row.state in {2, 4} and row.ended_by_id != row.asker_id for row in rows),
            extract=(newest.state, newest.ended_by_id, newest.agreed_ids) if newest else None,
            status=(bool(published.deleted_at), published.visibility) if published else None,
            messages=tuple(messages),
            alices_copies=len(await conversations.conversations_of(self.tx, self.ids["alice"], self.messages)),
            blocks=tuple([(await graph.relation(self.tx, self.ids[one], self.ids[other])).blocks for one, other in PAIRS]),
            present=tuple([(await self.account(one)).is_visible for one in ("alice", "bob")]),
        )


PAIRS = (("alice", "bob"), ("bob", "alice"))
Act = Callable[[World], Awaitable[Any]]


def ask(name: str) -> Act:
    async def act(world: World) -> None:
        await ask_extract.ask(world.tx, await world.account(name), world.conversation_id, world.messages, Visibility.PUBLIC, BASE_URL)

    return act


def answer(name: str, command: Callable[..., Awaitable[Any]], **options: Any) -> Act:
    async def act(world: World) -> None:
        newest = await world.newest()
        if newest is not None:
            await command(world.tx, await world.account(name), newest.id, **options)

    return act


def of_two(one: str, command: Callable[..., Awaitable[Any]], other: str) -> Act:
    async def act(world: World) -> None:
        await command(world.tx, await world.account(one), await world.account(other))

    return act


def on_message(name: str, number: int, command: Callable[..., Awaitable[Any]], *arguments: Any) -> Act:
    async def act(world: World) -> None:
        await command(world.tx, await world.account(name), world.messages[number], *arguments)

    return act


def for_me(name: str, number: int) -> Act:
    async def act(world: World) -> None:
        await remove.delete_message(world.tx, await world.account(name), world.conversation_id, world.messages[number])

    return act


def leaves(name: str, command: Callable[..., Awaitable[Any]], **options: Any) -> Act:
    async def act(world: World) -> None:
        await command(world.tx, world.ids[name], **options)

    return act


def on_status(name: str, command: Callable[..., Awaitable[Any]], *arguments: Any) -> Act:
    async def act(world: World) -> None:
        newest = await world.newest()
        if newest is not None and newest.status_id:
            await command(world.tx, await world.account(name), newest.status_id, *arguments)

    return act


REVISION = edit.Revision(f"{SECRET} edited")
ACTS: dict[str, Act] = {
    "alice asks": ask("alice"),
    "carol asks": ask("carol"),
    "bob agrees": answer("bob", answer_extract.agree, base_url=BASE_URL),
    "alice agrees herself": answer("alice", answer_extract.agree, base_url=BASE_URL),
    "carol agrees": answer("carol", answer_extract.agree, base_url=BASE_URL),
    "bob refuses": answer("bob", answer_extract.refuse),
    "alice takes back": answer("alice", withdraw_extract.withdraw),
    "bob takes back": answer("bob", withdraw_extract.withdraw),
    "carol takes back": answer("carol", withdraw_extract.withdraw),
    "alice blocks": of_two("alice", block.block, "bob"),
    "alice unblocks": of_two("alice", block.unblock, "bob"),
    "bob blocks": of_two("bob", block.block, "alice"),
    "bob unblocks": of_two("bob", block.unblock, "alice"),
    "bob edits his": on_message("bob", 1, edit.edit, REVISION, TERMS),
    "alice deletes hers": on_message("alice", 0, delete.delete),
    "bob deletes his": on_message("bob", 1, delete.delete),
    "alice deletes his for herself": for_me("alice", 1),
    "bob deletes hers for himself": for_me("bob", 0),
    "alice leaves": leaves("alice", deletion.request, proof=None),
    "bob leaves": leaves("bob", deletion.request, proof=None),
    "bob is suspended": leaves("bob", suspend.suspend),
    "bob is back": leaves("bob", suspend.unsuspend),
    "alice edits the post": on_status("alice", edit.edit, REVISION, TERMS),
    "alice deletes the post": on_status("alice", delete.delete),
    "bob deletes the post": on_status("bob", delete.delete),
    "alice narrows the post": on_status("alice", narrow.narrow, Visibility.PRIVATE),
    "carol reposts the post": on_status("carol", reblog.reblog),
    "carol reposts a message": on_message("carol", 0, reblog.reblog),
    "alice reposts a message": on_message("alice", 1, reblog.reblog),
}


LAST_ACTS = {name: ACTS[name] for name in ("alice asks", "bob agrees")}


async def check_secrecy(world: World, path: tuple[str, ...]) -> None:
    """Whatever a third person reads stands on an agreement of both that holds now."""
    newest, tx = await world.newest(), world.tx
    is_agreed = newest is not None and newest.state is ExtractState.PUBLISHED
    if is_agreed:
        assert set(newest.agreed_ids) == {world.ids["alice"], world.ids["bob"]}, path
        assert not any([(await graph.relation(tx, world.ids[one], world.ids[other])).blocks for one, other in PAIRS]), path
        assert all([(await world.account(one)).is_visible for one in ("alice", "bob")]), path
        messages = [await statuses.by_id(tx, one) for one in world.messages]
        assert all(one is not None and not one.deleted_at for one in messages), path
    words = sa.or_(statuses_table.c.text.contains(SECRET), statuses_table.c.content.contains(SECRET))
    holding = set(await tx.values(sa.select(statuses_table.c.id).where(words)))
    others = holding - set(world.messages)
    assert others <= ({newest.status_id} if is_agreed else set()), path
    for viewer in (world.ids["carol"], None):
        assert {one.id for one in await views.views(tx, sorted(holding), viewer)} <= others, path
    indexed = set(await tx.values(sa.select(searched_statuses.c.rowid)))
    assert indexed & holding <= others, path
    ended = sa.select(sa.func.count()).where(extracts_table.c.content != "", extracts_table.c.state.not_in([0, 1]))
    assert await tx.value(ended.select_from(extracts_table)) == 0, path


async def explore(world: World, seen: dict[Facts, tuple[str, ...]], path: tuple[str, ...], acts: dict[str, Act]) -> None:
    for name, act in acts.items():
        try:
            async with world.tx.savepoint():
                try:
                    await act(world)
                except Problem:
                    world.tx.events.clear()
                    raise RolledBack from None
                await world.tx.run_reactions()
                facts, further = await world.facts(), (*path, name)
                await check_secrecy(world, further)
                if facts not in seen:
                    seen[facts] = further
                    await explore(world, seen, further, LAST_ACTS if facts.is_over else ACTS)
                raise RolledBack
        except RolledBack:
            continue


@pytest.mark.thorough
@pytest.mark.long
async def test_no_private_word_is_readable_without_standing_agreements_in_any_state(running_site, alice, bob, carol):
    await carol.follows(alice, bob)
    first = await alice.posts(f"@bob {SECRET} one", visibility="direct")
    second = await bob.posts(f"@alice {SECRET} two", visibility="direct")
    await running_site.run_until_idle()
    [conversation] = await alice.get("/api/v1/conversations")
    ids = {one.name: one.account_id for one in (alice, bob, carol)}
    seen: dict[Facts, tuple[str, ...]] = {}

    async def explore_and_roll_back() -> None:
        async with running_site.site.db.long_write() as tx:
            world = World(RecordingTx(tx), ids, [StatusId(int(one["id"])) for one in (first, second)], int(conversation["id"]))
            await explore(world, seen, (), ACTS)
            raise RolledBack

    with pytest.raises(RolledBack):
        await explore_and_roll_back()
    assert {facts.extract[0] for facts in seen if facts.extract} == set(ExtractState)
    assert len(seen) > 100
