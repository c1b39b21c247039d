"""The command line, `gazouillis`: its commands, options, output and exit codes are an interface that scripts rely on.

Exit codes: 0 success; 1 `check` found a fault, or the server could not start; 2 the command was refused.
Results go to stdout; faults go to stderr, each as one sentence.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import pwd
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from gazouillis.infra import settings as configuration
from gazouillis.infra.basics.errors import Problem
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.files import file_descriptors
from gazouillis.infra.settings import Settings

if TYPE_CHECKING:
    import uvloop
    from rich import console, table

    from gazouillis import administration, doctor, server
    from gazouillis.infra.basics import log_redaction
    from gazouillis.seeds import commands, crowd
else:
    # Imported when used: `--help` and shell completion should not wait until a web server is imported.
    uvloop, console, table = (lazily(name) for name in ("uvloop", "rich.console", "rich.table"))
    administration, doctor, server = (lazily(f"gazouillis.{name}") for name in ("administration", "doctor", "server"))
    log_redaction = lazily("gazouillis.infra.basics.log_redaction")
    crowd, commands = (lazily(f"gazouillis.seeds.{name}") for name in ("crowd", "commands"))

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])

ROLES = ("member", "moderator", "admin", "owner")
FOLDER = click.Path(path_type=Path, file_okay=False)


class Refused(click.ClickException):
    """The command cannot be done as asked."""

    exit_code = 2


class _Text(click.types.StringParamType):
    """What the terminal sent, if it is UTF-8: Python hands over other bytes as surrogates, which no database takes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is not text in UTF-8", param, ctx)
        return str(value)


TEXT = _Text()


class _Commands(click.Group):
    """Prints a `Problem` as one sentence, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Problem as fault:
            raise Refused(str(fault)) from fault


def with_data(command: Command) -> Command:
    return click.option("--data", type=FOLDER, help="Folder of database, secrets and files.  [default: data]")(command)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("gazouillis"), message="%(version)s")
def main() -> None:
    """Gazouillis: a microblog you host yourself.

    Settings are read from gazouillis.toml in the data folder, then from the environment (GAZOUILLIS_DOMAIN and the like), then from
    the options given here. `gazouillis check` shows them and says what is wrong.
    """


@main.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0: any free one.  [default: 8000]")
@with_data
@click.option("--no-worker", is_flag=True, help="Leave notifications, search and e-mails to `gazouillis work`.")
def serve(host: str | None, port: int | None, data: Path | None, *, no_worker: bool) -> None:
    """Run the web server for browsers and apps, until Ctrl-C or SIGTERM."""
    file_descriptors.raise_limit()
    gc.disable()  # until the server has started: imported modules stay anyway, and collecting among them takes a tenth of the start
    settings = _settings(host=host, port=port, data=data)
    _set_up_logging(settings)
    try:
        listening, settings = server.listen(settings)
    except Problem as fault:
        raise click.ClickException(f"{fault}. Is a server running there already? Another port: --port N") from fault
    if not uvloop.run(server.serve(settings, listening, click.echo, has_worker=not no_worker)):
        raise click.ClickException("The server did not start.")


@main.command()
@with_data
def work(data: Path | None) -> None:
    """Run the worker without a web server, beside one or more `serve --no-worker` on PostgreSQL."""
    file_descriptors.raise_limit()
    settings = _settings(data=data)
    _set_up_logging(settings)
    uvloop.run(server.work(settings, click.echo))


@main.group()
def accounts() -> None:
    """Manage the accounts of this server."""


@accounts.command("create")
@click.argument("name", type=TEXT)
@click.option("--email", type=TEXT, required=True)
@click.option("--password", type=TEXT, prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@with_data
def create_account(name: str, email: str, password: str, role: str, data: Path | None) -> None:
    """Make an account, whoever may sign up otherwise. Reserved names are allowed."""
    account = _run(administration.create_account(_settings(data=data), name, email, password, role))
    click.echo(f"@{account.username} can sign in.")


@accounts.command("token")
@click.argument("name", type=TEXT)
@click.option("--scopes", type=TEXT, default="read write follow push", show_default=True, help="Scopes of the token, separated by spaces.")
@with_data
def issue_token(name: str, scopes: str, data: Path | None) -> None:
    """Print an access token for the API, and nothing else."""
    click.echo(_run(administration.issue_token(_settings(data=data), name, scopes)))


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@with_data
def list_accounts(data: Path | None, *, as_json: bool) -> None:
    """List everybody who can sign in."""
    people = _run(administration.list_accounts(_settings(data=data)))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(people), indent=2).decode())
        return
    people_table = table.Table("name", "e-mail", "role", "joined", "posts", "followers", box=None)
    for one in people:
        state = "suspended" if one.is_suspended else one.role if one.is_approved else "waiting"
        people_table.add_row(one.name, one.email, state, f"{one.created_at:%Y-%m-%d}", str(one.statuses_count), str(one.followers_count))
    console.Console().print(people_table)


@accounts.command("set-password")
@click.argument("name", type=TEXT)
@click.option("--password", type=TEXT, prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@with_data
def set_password(name: str, password: str, data: Path | None) -> None:
    """Set another password. Ends all sessions of the account and revokes the tokens of its apps."""
    _run(administration.set_password(_settings(data=data), name, password))
    click.echo("Done. They sign in anew.")


@accounts.command("role")
@click.argument("name", type=TEXT)
@click.argument("role", type=click.Choice(ROLES))
@with_data
def set_role(name: str, role: str, data: Path | None) -> None:
    """Set the role of an account."""
    _run(administration.set_role(_settings(data=data), name, role))
    click.echo(f"Done. {name} is {role}.")


@accounts.command("suspend")
@click.argument("name", type=TEXT)
@with_data
def suspend_account(name: str, data: Path | None) -> None:
    """Hide an account, with all it holds, until this is taken back. Its person cannot sign in meanwhile."""
    _run(administration.suspend_account(_settings(data=data), name))
    click.echo(f"Done. Nobody sees {name}; `gazouillis accounts unsuspend {name}` takes it back.")


@accounts.command("unsuspend")
@click.argument("name", type=TEXT)
@with_data
def unsuspend_account(name: str, data: Path | None) -> None:
    """Show a suspended account again."""
    _run(administration.unsuspend_account(_settings(data=data), name))
    click.echo("Done.")


@accounts.command("delete")
@click.argument("name", type=TEXT)
@click.option("--now", is_flag=True, help="Without the seven days in which signing in restores the account.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_data
def delete_account(name: str, data: Path | None, *, now: bool, yes: bool) -> None:
    """Hide an account at once. The running server then deletes it with everything it holds."""
    if not yes:
        click.confirm(f"Delete the account {name}?", abort=True)
    deletes_at = _run(administration.delete_account(_settings(data=data), name, is_immediate=now))
    click.echo("It is hidden, and the server deletes it now." if now else f"It is hidden, and will be deleted on {deletes_at:%Y-%m-%d}.")


@main.command("break-glass")
@click.argument("names", type=TEXT, nargs=-1, required=True)
@click.option("--reason", type=TEXT, prompt="Why? The people of this conversation will read it", help="Asked for when not given.")
@click.option("--last", "most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many messages, the newest.")
@with_data
def break_glass(names: tuple[str, ...], reason: str, most: int, data: Path | None) -> None:
    """Print the private messages between these people, all of whom are named. It is recorded, and they see who read them, when and why."""
    found = _run(administration.read_conversation(_settings(data=data), names, _operator(), reason, most))
    for one in found:
        attached = f" [{one.attachments_count} attached]" if one.attachments_count else ""
        warning = f"({one.spoiler_text}) " if one.spoiler_text else ""
        click.echo(f"{one.created_at:%Y-%m-%d %H:%M} @{one.author}: {warning}{one.text}{attached}")
    click.echo(f"{len(found)} messages. The people of this conversation are told that {_operator()} read them.", err=True)


def _operator() -> str:
    """Who runs this on the machine. `sudo` leaves the name of whoever called it in the environment."""
    name, caller = pwd.getpwuid(os.getuid()).pw_name, os.environ.get("SUDO_USER", "")
    return f"{name} (sudo: {caller[:50]})" if caller else name


@main.group()
def seed() -> None:
    """Fill an empty server with sample data."""


@seed.command("village")
@with_data
def seed_village(data: Path | None) -> None:
    """Add fifteen people and their posts."""
    if not _run(commands.seed_village(_settings(data=data))):
        click.echo("The village is here already.")
        return
    click.echo("The village is ready. Sign in as cyrille, Marievh, zsofi… or as the owner, admin; the password of all is: village")


@seed.command("load")
@click.option("--accounts", type=click.IntRange(2), default=1000, show_default=True, help="Named load1, load2…, the most followed first.")
@click.option("--follows", type=click.IntRange(0), default=50, show_default=True, help="How many accounts each follows, on average.")
@click.option("--statuses", type=click.IntRange(0), default=20_000, show_default=True, help="How many in all.")
@click.option("--seed", "number", type=int, default=1, show_default=True, help="The same number gives the same data.")
@click.option("--tokens", type=click.Path(path_type=Path, dir_okay=False), help="Write `name token` lines of the first thousand there.")
@with_data
def seed_load(accounts: int, follows: int, statuses: int, number: int, tokens: Path | None, data: Path | None) -> None:
    """Add synthetic accounts for benchmarks; few have most of the followers. The first thousand sign in with the password: gazouillis"""
    rows = _run(commands.seed_load(_settings(data=data), crowd.Crowd(accounts, follows, statuses, number), tokens))
    click.echo(f"{rows:,} rows written.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@with_data
def check(data: Path | None, *, as_json: bool) -> None:
    """Show every setting with its source, test the database, the mail server and the rest, and say how to repair what fails."""
    settings, origins = configuration.read({"data": data})
    findings = _run(_all_findings(settings))
    is_fine = all(one.is_fine for one in findings)
    if as_json:
        checks = [{**msgspec.structs.asdict(one), "is_fine": one.is_fine} for one in findings]
        values = [{"name": one.name, "value": doctor.shown(one), "source": one.source} for one in origins]
        click.echo(json.dumps({"is_fine": is_fine, "settings": values, "checks": checks}, indent=2, ensure_ascii=False))
    else:
        _print_check([(one.name, doctor.shown(one), one.source) for one in origins], findings)
    raise SystemExit(not is_fine)


async def _all_findings(settings: Settings) -> list[doctor.Finding]:
    return [one async for one in doctor.findings(settings)]


def _print_check(values: list[tuple[str, str, str]], findings: list[doctor.Finding]) -> None:
    settings_table = table.Table("setting", "value", "from", box=None)
    for row in values:
        settings_table.add_row(*row)
    console.Console().print(settings_table)
    for one in findings:
        click.echo(f"{'ok   ' if one.is_fine else 'FAULT'}  {one.name}: {one.detail}")
        if one.remedy:
            click.echo(f"       → {one.remedy}")


def _settings(**flags: Any) -> Settings:
    settings, _origins = configuration.read(flags)
    return settings


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


def _set_up_logging(settings: Settings) -> None:
    """Requests are not logged: their URLs may hold tokens."""
    handler = logging.StreamHandler()
    handler.setFormatter(log_redaction.RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    for chatty in ("uvicorn", "alembic", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_not_refused_websocket)


def _is_not_refused_websocket(record: logging.LogRecord) -> bool:
    """uvicorn logs an error when a WebSocket handshake is answered with an HTTP status, such as 503 with Retry-After. It is none."""
    return record.msg != "ASGI callable returned without completing handshake."


if __name__ == "__main__":
    main()
