"""Contract of the mailers: e-mails reach a folder, or an SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import resource
from contextlib import asynccontextmanager

import pytest

from gazouillis.infra.basics.errors import RemoteFailed
from gazouillis.infra.database.transactions import inside_transaction
from gazouillis.infra.outbound.mail import FolderMailer, SmtpMailer

SUBJECT, TEXT = "Un lien pour toi – été 🙂", "Bonjour,\n\nvoilà :\nhttps://gazouillis.example/x\n.\nà bientôt\n"


class SmtpServer:
    """https://www.rfc-editor.org/rfc/rfc5321, as much as a client needs; `refused` recipients do not exist."""

    def __init__(self) -> None:
        self.emails: list[bytes] = []
        self.refused: set[str] = set()
        self.port = 0

    async def answer(self, reader, writer):
        async def say(line):
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await say("220 post.test")
        while line := (await reader.readline()).decode():
            verb = line.split()[0].upper()
            if verb == "DATA":
                await say("354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.emails.append(content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."))
                await say("250 kept")
            elif verb == "RCPT" and any(one in line for one in self.refused):
                await say("550 nobody of that name")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 post.test")
        writer.close()


@asynccontextmanager
async def opened(smtp_server):
    server = await asyncio.start_server(smtp_server.answer, "127.0.0.1", 0)
    smtp_server.port = server.sockets[0].getsockname()[1]
    async with server:
        yield smtp_server


@pytest.fixture
async def smtp_server():
    async with opened(SmtpServer()) as smtp_server:
        yield smtp_server


@pytest.fixture(params=["folder", "smtp"])
def sent(request, tmp_path, smtp_server):
    """(mailer, what it sent so far)"""
    if request.param == "folder":
        folder = tmp_path / "mail"
        return FolderMailer(folder, "place@here.test"), lambda: [one.read_bytes() for one in sorted(folder.iterdir())]
    return SmtpMailer(f"smtp://127.0.0.1:{smtp_server.port}", "place@here.test"), lambda: smtp_server.emails


def read(content):
    return email.message_from_bytes(content, policy=email.policy.default)


async def test_an_email_arrives_as_it_was_written(sent):
    mailer, emails = sent
    await mailer.send("ann@there.test", SUBJECT, TEXT)
    [email] = map(read, emails())

    assert (email["From"], email["To"], email["Subject"]) == ("place@here.test", "ann@there.test", SUBJECT)
    assert email.get_content().replace("\r\n", "\n") == TEXT
    assert email["Message-ID"].endswith("@here.test>")
    assert email["Date"]


async def test_concurrent_emails_all_arrive(sent):
    mailer, emails = sent
    await asyncio.gather(*(mailer.send("ann@there.test", f"number {number}", "x") for number in range(5)))

    assert sorted(read(one)["Subject"] for one in emails()) == [f"number {number}" for number in range(5)]


async def test_a_line_break_in_a_subject_is_refused(sent):
    mailer, _emails = sent
    with pytest.raises(ValueError, match="linefeed"):
        await mailer.send("ann@there.test", "hello\r\nBcc: everybody@there.test", "x")


async def test_a_mailer_that_works_passes_its_check(sent):
    mailer, _emails = sent
    await mailer.check()


async def test_emails_in_the_folder_are_readable_by_their_owner_only(tmp_path):
    mailer = FolderMailer(tmp_path / "mail", "place@here.test")
    await mailer.send("ann@there.test", SUBJECT, TEXT)

    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert [one.stat().st_mode & 0o777 for one in (tmp_path / "mail").iterdir()] == [0o600]


async def test_an_email_that_does_not_fit_on_the_disk_is_written_whole_at_a_retry(tmp_path):
    mailer = FolderMailer(tmp_path / "mail", "gazouillis@example.org")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(RemoteFailed) as refused:
            await mailer.send("ann@example.org", SUBJECT, TEXT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert not refused.value.permanent
    assert list((tmp_path / "mail").iterdir()) == []


async def test_a_refused_recipient_is_a_permanent_failure(smtp_server):
    smtp_server.refused.add("nobody@there.test")
    with pytest.raises(RemoteFailed) as failed:
        await SmtpMailer(f"smtp://127.0.0.1:{smtp_server.port}", "place@here.test").send("nobody@there.test", SUBJECT, TEXT)

    assert failed.value.permanent


async def test_an_unreachable_server_is_a_temporary_failure():
    async with opened(SmtpServer()) as closed:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{closed.port}", "place@here.test")
    with pytest.raises(RemoteFailed) as failed:
        await mailer.send("ann@there.test", SUBJECT, TEXT)
    with pytest.raises(RemoteFailed):
        await mailer.check()

    assert not failed.value.permanent


async def test_no_email_is_sent_inside_a_transaction(smtp_server):
    mark = inside_transaction.set(True)
    try:
        with pytest.raises(RuntimeError):
            await SmtpMailer(f"smtp://127.0.0.1:{smtp_server.port}", "place@here.test").send("ann@there.test", SUBJECT, TEXT)
    finally:
        inside_transaction.reset(mark)
