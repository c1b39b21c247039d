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


async def enters(world, login, secret=PASSWORD):
    proof = await sign_in.prove(await world.sees(sign_in.user_by_login, login, "here.test"), secret)
    return await world.does(sign_in.sign_in, proof, FIREFOX)


@pytest.mark.parametrize("login", ["alice", "@ALICE", "alice@there.test", " Alice@There.Test "])
async def test_people_sign_in_by_handle_or_confirmed_address(world, alice, login):
    await world.does(emails.prove, await world.sees(queries.user, alice.id))

    token = await enters(world, login)

    assert (await world.sees(sessions.by_token, token)).account == alice


@pytest.mark.parametrize(("login", "secret"), [("alice", "wrong horse"), ("nobody", PASSWORD), ("", ""), ("alice", "x" * 10**6)])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(world, alice, login, secret):
    with pytest.raises(Unauthenticated, match="The name or the password is wrong"):
        await enters(world, login, secret)


async def test_who_waits_for_approval_does_not_enter(world):
    await world.joins("bob", SiteOptions(registrations="approval"))

    with pytest.raises(Forbidden, match="waiting"):
        await enters(world, "bob")


async def test_the_database_keeps_no_token(world, alice):
    token = await enters(world, "alice")
    (row,) = await world.sees(lambda reader: reader.all(sa.select(tables.sessions)))

    assert token not in str(row)
    assert row.token_hash == hashlib.sha256(token.encode()).digest()


async def test_a_session_is_touched_at_most_every_five_minutes(world, alice):
    token = await enters(world, "alice")
    world.clock.advance(minutes=4)
    session = (await world.sees(sessions.by_token, token)).session
    assert not sessions.is_stale(session, Timed(world.clock, None))

    world.clock.advance(minutes=1)
    assert sessions.is_stale(session, Timed(world.clock, None))
    await world.does(sessions.touch, session)

    assert not sessions.is_stale((await world.sees(sessions.by_token, token)).session, Timed(world.clock, None))


async def test_a_session_nobody_used_for_three_months_is_over(world, alice):
    token = await enters(world, "alice")
    world.clock.advance(days=91)

    assert await world.sees(sessions.by_token, token) is None


async def test_one_session_is_ended_and_the_others_stay(world, alice):
    tokens = [await enters(world, "alice") for _ in range(3)]
    listed = await world.sees(sessions.of_account, alice.id)
    await world.does(sessions.end, alice.id, listed[0].id)

    assert len(listed) == 3
    assert sum([await world.sees(sessions.by_token, one) is not None for one in tokens]) == 2


async def test_nobody_ends_the_session_of_another(world, alice):
    await enters(world, "alice")
    (session,) = await world.sees(sessions.of_account, alice.id)
    bob = await world.joins("bob")

    with pytest.raises(NotFound):
        await world.does(sessions.end, bob.id, session.id)


async def test_changing_the_password_ends_the_other_sessions(world, alice):
    here, elsewhere = await enters(world, "alice"), await enters(world, "alice")
    session = (await world.sees(sessions.by_token, here)).session
    proof = await sign_in.prove(await world.sees(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await world.does(password.change, proof, await hash_password("another horse"), current_session_id=session.id)

    assert await world.sees(sessions.by_token, here) is not None
    assert await world.sees(sessions.by_token, elsewhere) is None
    assert await enters(world, "alice", "another horse")


async def test_a_proof_is_worth_nothing_once_the_password_changed(world, alice):
    proof = await sign_in.prove(await world.sees(sign_in.user_by_login, "alice", "here.test"), PASSWORD)
    await world.does(password.replace, alice.id, await hash_password("another horse"))

    with pytest.raises(Unauthenticated):
        await world.does(sign_in.sign_in, proof, FIREFOX)


async def test_a_forgotten_password_is_set_by_its_link(world, alice):
    await world.does(password.request_reset, "ALICE@there.test")
    token = password.reset_token(world.secrets, await world.sees(sign_in.user_by_login, "alice", "here.test"))
    await world.does(password.reset, world.secrets, token, await hash_password("another horse"))

    assert "PasswordForgotten" in await world.happened()
    assert await enters(world, "alice", "another horse")


async def test_the_link_works_once(world, alice):
    token = password.reset_token(world.secrets, await world.sees(sign_in.user_by_login, "alice", "here.test"))
    await world.does(password.reset, world.secrets, token, await hash_password("another horse"))

    with pytest.raises(NotFound):
        await world.does(password.reset, world.secrets, token, await hash_password("a third horse"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "\0"])
async def test_a_forged_link_opens_nothing(world, alice, token):
    with pytest.raises(NotFound):
        await world.sees(password.user_of_token, world.secrets, token)


async def test_asking_for_an_unknown_address_does_what_a_known_one_does(world, alice):
    for address in ("alice@there.test", "nobody@there.test"):
        await world.does(password.request_reset, address)

    assert (await world.happened())[-2:] == ["PasswordForgotten", "PasswordForgotten"]


async def test_a_password_is_never_hashed_inside_a_transaction(world):
    async with world.db.write():
        with pytest.raises(RuntimeError):
            await hash_password(PASSWORD)
