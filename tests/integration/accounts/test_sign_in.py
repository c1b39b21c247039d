import hashlib

import pytest
import sqlalchemy as sa

from gazouillis.accounts import emails, password, queries, sessions, sign_in, tables
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.sign_in import Browser
from gazouillis.infra.basics.errors import Forbidden, NotFound, Unauthenticated
from gazouillis.infra.database.transactions import Timed

PASSWORD = "correct horse"
FIREFOX = Browser("Firefox 3.6", "192.0.2.7")


async def log_in(world, login, secret=PASSWORD):
    proof = await sign_in.prove(await world.query(sign_in.user_by_login, login, "here.test"), secret)
    return await world.run(sign_in.sign_in, proof, FIREFOX)


@pytest.mark.parametrize("login", ["alice", "@ALICE", "alice@there.test", " Alice@There.Test "])
async def test_people_log_in_by_handle_or_confirmed_address(world, alice, login):
    await world.run(emails.mark_confirmed, await world.query(queries.user, alice.id))

    token = await log_in(world, login)

    assert (await world.query(sessions.by_token, token)).account == alice


@pytest.mark.parametrize(("login", "secret"), [("alice", "wrong horse"), ("nobody", PASSWORD), ("", ""), ("alice", "x" * 10**6)])
async def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(world, alice, login, secret):
    with pytest.raises(Unauthenticated, match="The name or the password is wrong"):
        await log_in(world, login, secret)


async def test_an_account_that_waits_for_approval_cannot_log_in(world):
    await world.register("bob", SiteOptions(registrations="approval"))

    with pytest.raises(Forbidden, match="waiting"):
        await log_in(world, "bob")


async def test_the_database_keeps_only_a_digest_of_the_session_token(world, alice):
    token = await log_in(world, "alice")
    (row,) = await world.query(lambda reader: reader.all(sa.select(tables.sessions)))

    assert token not in str(row)
    assert row.token_hash == hashlib.sha256(token.encode()).digest()


async def test_the_last_use_of_a_session_is_written_at_most_every_five_minutes(world, alice):
    token = await log_in(world, "alice")
    world.clock.advance(minutes=4)
    session = (await world.query(sessions.by_token, token)).session
    assert not sessions.is_stale(session, Timed(world.clock, None))

    world.clock.advance(minutes=1)
    assert sessions.is_stale(session, Timed(world.clock, None))
    await world.run(sessions.touch, session)

    assert not sessions.is_stale((await world.query(sessions.by_token, token)).session, Timed(world.clock, None))


async def test_a_session_that_was_not_used_for_three_months_has_ended(world, alice):
    token = await log_in(world, "alice")
    world.clock.advance(days=91)

    assert await world.query(sessions.by_token, token) is None


async def test_ending_one_session_leaves_the_others_open(world, alice):
    tokens = [await log_in(world, "alice") for _ in range(3)]
    listed = await world.query(sessions.of_account, alice.id)
    await world.run(sessions.end, alice.id, listed[0].id)

    assert len(listed) == 3
    assert sum([await world.query(sessions.by_token, one) is not None for one in tokens]) == 2


async def test_nobody_can_end_the_session_of_another_account(world, alice):
    await log_in(world, "alice")
    (session,) = await world.query(sessions.of_account, alice.id)
    bob = await world.register("bob")

    with pytest.raises(NotFound):
        await world.run(sessions.end, bob.id, session.id)


async def test_changing_the_password_ends_the_other_sessions(world, alice):
    here, elsewhere = await log_in(world, "alice"), await log_in(world, "alice")
    session = (await world.query(sessions.by_token, here)).session
    proof = await sign_in.prove(await world.query(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await world.run(password.change, proof, await hash_password("another horse"), current_session_id=session.id)

    assert await world.query(sessions.by_token, here) is not None
    assert await world.query(sessions.by_token, elsewhere) is None
    assert await log_in(world, "alice", "another horse")


async def test_a_proof_is_invalid_after_the_password_changed(world, alice):
    proof = await sign_in.prove(await world.query(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await world.run(password.replace, alice.id, await hash_password("another horse"))

    with pytest.raises(Unauthenticated):
        await world.run(sign_in.sign_in, proof, FIREFOX)


async def test_a_forgotten_password_is_reset_by_the_link(world, alice):
    await world.run(password.request_reset, "ALICE@there.test")
    token = password.reset_token(world.secrets, await world.query(sign_in.user_by_login, "alice", "here.test"))
    await world.run(password.reset, world.secrets, token, await hash_password("another horse"))

    assert "PasswordForgotten" in await world.event_names()
    assert await log_in(world, "alice", "another horse")


async def test_the_reset_link_works_once(world, alice):
    token = password.reset_token(world.secrets, await world.query(sign_in.user_by_login, "alice", "here.test"))
    await world.run(password.reset, world.secrets, token, await hash_password("another horse"))

    with pytest.raises(NotFound):
        await world.run(password.reset, world.secrets, token, await hash_password("a third horse"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "\0"])
async def test_a_forged_reset_link_is_refused(world, alice, token):
    with pytest.raises(NotFound):
        await world.query(password.user_of_token, world.secrets, token)


async def test_a_reset_for_an_unknown_address_emits_the_same_event(world, alice):
    for address in ("alice@there.test", "nobody@there.test"):
        await world.run(password.request_reset, address)

    assert (await world.event_names())[-2:] == ["PasswordForgotten", "PasswordForgotten"]


async def test_hashing_a_password_inside_a_transaction_raises(world):
    async with world.db.write():
        with pytest.raises(RuntimeError):
            await hash_password(PASSWORD)
