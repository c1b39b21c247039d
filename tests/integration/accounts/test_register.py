import pytest

from gazouillis.accounts import queries, roles
from gazouillis.accounts.models import Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import prepare, register
from gazouillis.infra.basics.errors import Forbidden, Invalid

CLOSED, APPROVAL, OPEN = (SiteOptions(registrations=how) for how in ("closed", "approval", "open"))


async def test_a_handle_keeps_its_case_and_is_found_in_any(world):
    await world.joins("LaPriss_")

    assert (await world.sees(queries.by_handle, "@lapriss_", "here.test")).username == "LaPriss_"


async def test_a_taken_handle_is_refused_whatever_its_case(world, alice):
    with pytest.raises(Invalid) as refusal:
        await world.joins("ALICE")

    assert (refusal.value.field, refusal.value.code) == ("username", "ERR_TAKEN")


async def test_the_operator_hears_that_an_address_is_taken_whatever_its_case(world):
    await world.joins("alice", is_by_operator=True)
    again = await prepare("alice2", "ALICE@There.test", "correct horse")

    with pytest.raises(Invalid) as refusal:
        await world.does(register, again, options=OPEN, is_by_operator=True)

    assert (refusal.value.field, refusal.value.code) == ("email", "ERR_TAKEN")
    assert await world.sees(queries.by_handle, "alice2", "here.test") is None


async def test_nobody_joins_a_closed_place(world):
    with pytest.raises(Forbidden):
        await world.joins("alice", CLOSED)


async def test_the_operator_opens_any_door_and_gives_any_name(world):
    owner = await world.joins("admin", CLOSED, role=Role.OWNER, is_by_operator=True)

    user = await world.sees(queries.user, owner.id)
    assert (user.role, user.approved_at is not None) == (Role.OWNER, True)


async def test_nobody_gives_themselves_a_role(world):
    with pytest.raises(Forbidden):
        await world.joins("mallory", OPEN, role=Role.ADMIN)


async def test_where_people_are_approved_they_wait(world):
    alice = await world.joins("alice", APPROVAL)

    assert [one.account for one in await world.sees(roles.applicants)] == [alice]


async def test_an_approved_person_waits_no_more(world):
    alice = await world.joins("alice", APPROVAL)
    await world.does(roles.approve, None, alice.id)

    assert await world.sees(roles.applicants) == []
    assert await world.happened() == ["AccountRegistered", "AccountApproved"]


async def test_a_rejected_person_is_forgotten_and_the_name_free(world):
    first = await world.joins("alice", APPROVAL)
    await world.does(roles.reject, None, first.id)

    second = await world.joins("alice", APPROVAL)
    assert (await world.sees(queries.by_handle_even_unapproved, "alice", "here.test")).id == second.id


async def test_only_moderators_let_people_in(world, alice):
    member = await world.sees(queries.user, alice.id)
    bob = await world.joins("bob", APPROVAL)

    with pytest.raises(Forbidden):
        await world.does(roles.approve, member, bob.id)
