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


async def log_in(runner, login, secret=PASSWORD):
    proof = await sign_in.prove(await runner.query(sign_in.user_by_login, login, "here.test"), secret)
    return await runner.run(sign_in.sign_in, proof, FIREFOX)


@pytest.mark.parametrize("login", ["alice", "@ALICE", "alice@there.test", " Alice@There.Test "])
async def test_people_log_in_by_handle_or_confirmed_address(runner, alice, login):
    await runner.run(emails.mark_confirmed, await runner.query(queries.user, alice.id))

    token = await log_in(runner, login)

    assert (await runner.query(sessions.by_token, token)).account == alice


@pytest.mark.parametrize(("login", "secret"), [("alice", "wrong horse"), ("nobody", PASSWORD), ("", ""), ("alice", "x" * 10**6)])
async def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(runner, alice, login, secret):
    with pytest.raises(Unauthenticated, match="The name or the password is wrong"):
        await log_in(runner, login, secret)


async def test_an_account_that_waits_for_approval_cannot_log_in(runner):
    await runner.register("bob", SiteOptions(registrations="approval"))

    with pytest.raises(Forbidden, match="waiting"):
        await log_in(runner, "bob")


async def test_the_database_keeps_only_a_digest_of_the_session_token(runner, alice):
    token = await log_in(runner, "alice")
    (row,) = await runner.query(lambda reader: reader.all(sa.select(tables.sessions)))

    assert token not in str(row)
    assert row.token_hash == hashlib.sha256(token.encode()).digest()


async def test_the_last_use_of_a_session_is_written_at_most_every_five_minutes(runner, alice):
    token = await log_in(runner, "alice")
    runner.clock.advance(minutes=4)
    session = (await runner.query(sessions.by_token, token)).session
    assert not sessions.is_stale(session, Timed(runner.clock, None))

    runner.clock.advance(minutes=1)
    assert sessions.is_stale(session, Timed(runner.clock, None))
    await runner.run(sessions.touch, session)

    assert not sessions.is_stale((await runner.query(sessions.by_token, token)).session, Timed(runner.clock, None))


async def test_a_session_that_was_not_used_for_three_months_has_ended(runner, alice):
    token = await log_in(runner, "alice")
    runner.clock.advance(days=91)

    assert await runner.query(sessions.by_token, token) is None


async def test_ending_one_session_leaves_the_others_open(runner, alice):
    tokens = [await log_in(runner, "alice") for _ in range(3)]
    listed = await runner.query(sessions.of_account, alice.id)
    await runner.run(sessions.end, alice.id, listed[0].id)

    assert len(listed) == 3
    assert sum([await runner.query(sessions.by_token, one) is not None for one in tokens]) == 2


async def test_nobody_can_end_the_session_of_another_account(runner, alice):
    await log_in(runner, "alice")
    (session,) = await runner.query(sessions.of_account, alice.id)
    bob = await runner.register("bob")

    with pytest.raises(NotFound):
        await runner.run(sessions.end, bob.id, session.id)


async def test_changing_the_password_ends_the_other_sessions(runner, alice):
    here, elsewhere = await log_in(runner, "alice"), await log_in(runner, "alice")
    session = (await runner.query(sessions.by_token, here)).session
    proof = await sign_in.prove(await runner.query(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await runner.run(password.change, proof, await hash_password("another horse"), current_session_id=session.id)

    assert await runner.query(sessions.by_token, here) is not None
    assert await runner.query(sessions.by_token, elsewhere) is None
    assert await log_in(runner, "alice", "another horse")


async def test_a_proof_is_invalid_after_the_password_changed(runner, alice):
    proof = await sign_in.prove(await runner.query(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await runner.run(password.replace, alice.id, await hash_password("another horse"))

    with pytest.raises(Unauthenticated):
        await runner.run(sign_in.sign_in, proof, FIREFOX)


async def test_a_forgotten_password_is_reset_by_the_link(runner, alice):
    await runner.run(password.request_reset, "ALICE@there.test")
    token = password.reset_token(runner.secrets, await runner.query(sign_in.user_by_login, "alice", "here.test"))
    await runner.run(password.reset, runner.secrets, token, await hash_password("another horse"))

    assert "PasswordForgotten" in await runner.event_names()
    assert await log_in(runner, "alice", "another horse")


async def test_the_reset_link_works_once(runner, alice):
    token = password.reset_token(runner.secrets, await runner.query(sign_in.user_by_login, "alice", "here.test"))
    await runner.run(password.reset, runner.secrets, token, await hash_password("another horse"))

    with pytest.raises(NotFound):
        await runner.run(password.reset, runner.secrets, token, await hash_password("a third horse"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "\0"])
async def test_a_forged_reset_link_is_refused(runner, alice, token):
    with pytest.raises(NotFound):
        await runner.query(password.user_of_token, runner.secrets, token)


async def test_a_reset_for_an_unknown_address_emits_the_same_event(runner, alice):
    for address in ("alice@there.test", "nobody@there.test"):
        await runner.run(password.request_reset, address)

    assert (await runner.event_names())[-2:] == ["PasswordForgotten", "PasswordForgotten"]


async def test_hashing_a_password_inside_a_transaction_raises(runner):
    async with runner.db.write():
        with pytest.raises(RuntimeError):
            await hash_password(PASSWORD)
