import pytest

from gazouillis.accounts import queries, roles
from gazouillis.accounts.models import Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import prepare, register
from gazouillis.infra.basics.errors import Forbidden, Invalid

CLOSED, APPROVAL, OPEN = (SiteOptions(registrations=how) for how in ("closed", "approval", "open"))


async def test_a_handle_keeps_its_case_and_is_found_in_any_case(runner):
    await runner.register("LaPriss_")

    assert (await runner.query(queries.by_handle, "@lapriss_", "here.test")).username == "LaPriss_"


async def test_a_taken_handle_is_refused_whatever_its_case(runner, alice):
    with pytest.raises(Invalid) as refusal:
        await runner.register("ALICE")

    assert (refusal.value.field, refusal.value.code) == ("username", "ERR_TAKEN")


async def test_the_operator_cannot_register_a_taken_address_whatever_its_case(runner):
    await runner.register("alice", is_by_operator=True)
    again = await prepare("alice2", "ALICE@There.test", "correct horse")

    with pytest.raises(Invalid) as refusal:
        await runner.run(register, again, options=OPEN, is_by_operator=True)

    assert (refusal.value.field, refusal.value.code) == ("email", "ERR_TAKEN")
    assert await runner.query(queries.by_handle, "alice2", "here.test") is None


async def test_nobody_can_register_while_registrations_are_closed(runner):
    with pytest.raises(Forbidden):
        await runner.register("alice", CLOSED)


async def test_the_operator_can_register_anybody_under_any_name(runner):
    owner = await runner.register("admin", CLOSED, role=Role.OWNER, is_by_operator=True)

    user = await runner.query(queries.user, owner.id)
    assert (user.role, user.approved_at is not None) == (Role.OWNER, True)


async def test_nobody_can_register_with_a_role(runner):
    with pytest.raises(Forbidden):
        await runner.register("mallory", OPEN, role=Role.ADMIN)


async def test_an_account_that_needs_approval_is_listed_as_an_applicant(runner):
    alice = await runner.register("alice", APPROVAL)

    assert [one.account for one in await runner.query(roles.applicants)] == [alice]


async def test_an_approved_account_is_no_applicant_any_more(runner):
    alice = await runner.register("alice", APPROVAL)
    await runner.run(roles.approve, None, alice.id)

    assert await runner.query(roles.applicants) == []
    assert await runner.event_names() == ["AccountRegistered", "AccountApproved"]


async def test_the_username_of_a_rejected_account_is_free_again(runner):
    first = await runner.register("alice", APPROVAL)
    await runner.run(roles.reject, None, first.id)

    second = await runner.register("alice", APPROVAL)
    assert (await runner.query(queries.by_handle_even_unapproved, "alice", "here.test")).id == second.id


async def test_only_moderators_can_approve_accounts(runner, alice):
    member = await runner.query(queries.user, alice.id)
    bob = await runner.register("bob", APPROVAL)

    with pytest.raises(Forbidden):
        await runner.run(roles.approve, member, bob.id)
