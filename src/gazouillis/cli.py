"""The command line, `gazouillis`: its commands, options, output and exit codes are an interface that scripts rely on.

Exit codes: 0 success; 1 `check` found a fault, or the server could not start; 2 the command was refused.
Results go to stdout; faults go to stderr, each as one sentence.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
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
    from gazouillis.seeds import crowd, play
else:
    # Imported when used: `--help` and shell completion should not wait until a web server is imported.
    uvloop, console, table = (lazily(name) for name in ("uvloop", "rich.console", "rich.table"))
    administration, doctor, server = (lazily(f"gazouillis.{name}") for name in ("administration", "doctor", "server"))
    log_redaction = lazily("gazouillis.infra.basics.log_redaction")
    crowd, play = (lazily(f"gazouillis.seeds.{name}") for name in ("crowd", "play"))

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
@click.option("--no-worker", is_flag=True, help="Leave notifications, search and letters to `gazouillis work`.")
def serve(host: str | None, port: int | None, data: Path | None, *, no_worker: bool) -> None:
    """Answer browsers and apps, until Ctrl-C or SIGTERM."""
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
    """Do what follows from what people do, beside one or more `serve --no-worker` on PostgreSQL."""
    file_descriptors.raise_limit()
    settings = _settings(data=data)
    _set_up_logging(settings)
    uvloop.run(server.work(settings, click.echo))


@main.group()
def accounts() -> None:
    """The people of this server."""


@accounts.command("create")
@click.argument("name", type=TEXT)
@click.option("--email", type=TEXT, required=True)
@click.option("--password", type=TEXT, prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@with_data
def create_account(name: str, email: str, password: str, role: str, data: Path | None) -> None:
    """Let somebody in, whoever may join otherwise, and whatever the name."""
    account = _run(administration.create_account(_settings(data=data), name, email, password, role))
    click.echo(f"@{account.username} can sign in.")


@accounts.command("token")
@click.argument("name", type=TEXT)
@click.option("--scopes", type=TEXT, default="read write follow push", show_default=True, help="What it allows, separated by spaces.")
@with_data
def issue_token(name: str, scopes: str, data: Path | None) -> None:
    """Print an access token for the API, and nothing else."""
    click.echo(_run(administration.issue_token(_settings(data=data), name, scopes)))


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@with_data
def list_accounts(data: Path | None, *, as_json: bool) -> None:
    """Everybody who can sign in."""
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
    """Give somebody another password. Their browsers and apps are signed out."""
    _run(administration.set_password(_settings(data=data), name, password))
    click.echo("Done. They sign in anew.")


@main.group()
def seed() -> None:
    """Fill a fresh server: to look around, to draw, to measure."""


@seed.command("village")
@with_data
def seed_village(data: Path | None) -> None:
    """Twelve people, and what happened when one of them came to Budapest."""
    if not _run(play.seed_village(_settings(data=data))):
        click.echo("The village is here already.")
        return
    click.echo("The village is ready. Sign in as cyrille, Marievh, zsofi… or as the owner, admin; the password of all is: village")


@seed.command("load")
@click.option("--accounts", type=click.IntRange(2), default=1000, show_default=True, help="Named load1, load2…, the most followed first.")
@click.option("--follows", type=click.IntRange(0), default=50, show_default=True, help="How many accounts each follows, on average.")
@click.option("--statuses", type=click.IntRange(0), default=20_000, show_default=True, help="How many in all.")
@click.option("--seed", "number", type=int, default=1, show_default=True, help="Another number, another crowd.")
@click.option("--tokens", type=click.Path(path_type=Path, dir_okay=False), help="Write `name token` lines of the first thousand there.")
@with_data
def seed_load(accounts: int, follows: int, statuses: int, number: int, tokens: Path | None, data: Path | None) -> None:
    """A synthetic crowd with heavy-tailed followers, for benchmarks. The first thousand sign in with the password: gazouillis"""
    rows = _run(play.seed_load(_settings(data=data), crowd.Crowd(accounts, follows, statuses, number), tokens))
    click.echo(f"{rows:,} rows written.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@with_data
def check(data: Path | None, *, as_json: bool) -> None:
    """Show every setting and where it comes from, try every backend, and say how to mend what does not hold."""
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
