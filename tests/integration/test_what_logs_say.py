"""Log redaction: logs and the faults of jobs say what failed and where, but hold no texts, e-mail addresses, hashes or tokens."""

import io
import logging
import sqlite3

import pytest
import sqlalchemy as sa

from gazouillis import reactions, worker
from gazouillis.accounts import password, tables
from gazouillis.accounts.events import AccountRejected, PasswordResetRequested
from gazouillis.infra.basics.errors import RemoteFailed
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_redaction import RedactingFormatter, described
from gazouillis.infra.database.tables import jobs
from gazouillis.statuses.tables import statuses
from gazouillis.web import emails
from tests.support.browser import Browser

SECRETS = ["walrus@example.org", "argon2id-of-walrus", "the walrus was Paul", "token-of-walrus"]
MAIL, HASH, TEXT, TOKEN = SECRETS


@pytest.fixture
def log():
    """Everything that is logged, formatted as the server does."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    level = root.level
    root.addHandler(handler)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the browser of these tests
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


def user(**changes):
    row = {"account_id": 1, "email": MAIL, "email_key": MAIL, "password_hash": HASH, "reason": TEXT, "created_at": None}
    return row | changes


QUERIES = {
    "somebody has it": (sa.insert(tables.users), "user"),
    "a column is missing": (sa.insert(tables.users).values(email_key=None), "user"),
    "no such account": (sa.insert(tables.users), "stranger"),
    "not a number": (sa.select(statuses.c.id).where(statuses.c.id == sa.bindparam("x", type_=sa.BigInteger)), {"x": TEXT}),
    "too large": (sa.select(statuses.c.id).where(statuses.c.id == sa.bindparam("x", type_=sa.BigInteger)), {"x": 2**70}),
    "half a character": (sa.select(sa.bindparam("x", type_=sa.Text)), {"x": f"{TEXT}\ud800"}),
    "no json": (sa.select(sa.cast(sa.bindparam("x", type_=sa.Text), sa.BigInteger) / 0, sa.text("nothing.at_all")), {"x": TEXT}),
}


@pytest.mark.parametrize("fault", QUERIES)
async def test_a_fault_of_the_database_quotes_no_value(running_site, alice, log, fault):
    statement, given = QUERIES[fault]
    if fault == "not a number" and running_site.site.db.dialect == "sqlite":
        pytest.skip("SQLite compares anything")
    async with running_site.site.db.read() as reader:
        now = reader.now
        taken = await reader.value(sa.select(tables.users.c.email_key).where(tables.users.c.account_id == alice.account_id))
    row = user(created_at=now, email=MAIL, account_id=alice.account_id if given == "user" else 7, email_key=f"{taken} {MAIL}")
    for _ in range(3):  # through SQLAlchemy first, then by the driver itself
        try:
            async with running_site.site.db.write() as tx:
                await tx.run(statement, row) if isinstance(given, str) else await tx.all(statement, given)
        except Exception as failed:
            logging.getLogger("test").exception("it failed: %s", described(failed))
        else:
            pytest.fail("it did not fail")

    logged = log.getvalue()
    assert "Traceback" in logged
    assert [one for one in (*SECRETS, "walrus") if one in logged] == []


async def test_the_email_of_a_failed_request_is_not_in_the_log(running_site, log, monkeypatch):
    async def fail(_tx, email):
        raise ValueError(f"{email} has {TOKEN}") from sa.exc.IntegrityError("insert", {"email": email}, ValueError(email))

    monkeypatch.setattr(password, "request_reset", fail)
    response = await Browser(running_site).sends("/password", email=MAIL)

    assert response.status_code == 500
    assert "ValueError" in log.getvalue()
    assert MAIL not in log.getvalue()


async def test_the_token_of_an_email_link_is_not_in_the_log(running_site, log, monkeypatch):
    async def fail(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr(password, "user_of_token", fail)
    response = await Browser(running_site).reads(f"/password/{TOKEN}")

    assert response.status_code == 500
    assert "/password/…" in log.getvalue()
    assert TOKEN not in log.getvalue()


async def test_a_failed_reaction_leaves_no_personal_data_in_log_and_queue(running_site, log, monkeypatch):
    async def fail(tx, event):
        await tx.run(sa.insert(tables.users), user(email=event.email, account_id=event.account_id, created_at=tx.now))

    named = {reactions.name_of(fail): worker._one_by_one(fail)}
    [follower] = [one for one in running_site.site.the(worker.Loops)._followers if isinstance(one, worker.Worker)]
    monkeypatch.setitem(follower._by_kind, AccountRejected, named)
    async with running_site.site.db.write() as tx:
        await tx.emit(AccountRejected(5, MAIL, "fr"))
    await running_site.run_until_idle()

    async with running_site.site.db.read() as reader:
        [fault] = await reader.values(sa.select(jobs.c.fault))
    assert "AccountRejected(account_id=5" in log.getvalue()
    assert "IntegrityError" in fault
    assert [one for one in SECRETS if one in log.getvalue() + fault] == []


async def test_an_email_that_cannot_be_sent_leaves_no_address_in_log_and_queue(running_site, alice, log, monkeypatch):
    async def refuse(to, _subject, _text):
        raise RemoteFailed(f"smtp://there.test: 550 <{to}> is unknown") from OSError(f"550 {to}")

    monkeypatch.setattr(running_site.site.mailer, "send", refuse)
    async with running_site.site.db.write() as tx:
        await tx.emit(PasswordResetRequested(alice.account_id))
    await running_site.run_until_idle()

    async with running_site.site.db.read() as reader:
        [fault] = await reader.values(sa.select(jobs.c.fault))
    assert emails.on_password_reset_requested.__name__ in log.getvalue()
    assert "is unknown" in fault
    assert "alice@example.org" not in log.getvalue() + fault


@pytest.mark.parametrize("kind", sorted(Event.kinds.values(), key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_the_repr_of_an_event_has_no_text(kind):
    words = {name: "walrus" for name, of in kind.__annotations__.items() if str(of) in {"str", "list[str]"}}
    numbers = {name: 1 for name in kind.__struct_fields__ if name not in words}

    assert "walrus" not in repr(kind(**numbers, **words))


def test_search_words_are_removed_from_faults():
    assert "walrus" not in described(sqlite3.OperationalError("""fts5: syntax error near "wal'rus" walrus\""""))


def test_a_fault_that_quotes_nothing_is_logged_unchanged():
    assert (
        described(RuntimeError("no letter leaves inside a transaction")) == "builtins.RuntimeError: no letter leaves inside a transaction"
    )


def test_causes_and_all_members_of_a_group_are_logged(log):
    try:
        try:
            raise KeyError("first")
        except KeyError as cause:
            raise ExceptionGroup("several", [ValueError("one"), OSError("two")]) from cause
    except ExceptionGroup:
        logging.getLogger("test").exception("here")

    assert [one for one in ("KeyError: 'first'", "ValueError: one", "OSError: two", "several") if one not in log.getvalue()] == []
