"""The command line as scripts use it: output, exit codes, and one sentence for each mistake."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import unicodedata

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from gazouillis import doctor
from gazouillis.cli import main
from gazouillis.infra.files.folder import FolderBlobs
from gazouillis.infra.settings import Settings
from tests.support.databases import fresh_database_url

ALICE = ("accounts", "create", "Alice", "--email", "alice@example.org", "--password", "correct horse")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GAZOUILLIS_PORT", "0")

    def run(*arguments, **options):
        return CliRunner().invoke(main, arguments, **options)

    return run


COMMANDS = ["", "serve", "work", "accounts", "accounts create", "accounts token", "accounts list", "accounts set-password"]
COMMANDS += ["accounts role", "accounts suspend", "accounts unsuspend", "accounts delete", "break-glass"]
COMMANDS += ["seed", "seed village", "seed load", "check"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command):
    result = run(*command.split(), "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")


def test_an_account_is_created_and_listed(run):
    assert run(*ALICE, "--role", "owner").exit_code == 0
    [listed] = json.loads(run("accounts", "list", "--json").stdout)

    assert (listed["name"], listed["email"], listed["role"], listed["is_approved"]) == ("Alice", "alice@example.org", "owner", True)
    assert "alice@example.org" in run("accounts", "list").stdout


def test_only_the_token_is_printed(run):
    run(*ALICE)
    result = run("accounts", "token", "alice", "--scopes", "read write:statuses")

    assert result.exit_code == 0
    assert len(result.stdout.split()) == 1
    assert result.stderr == ""


def test_a_password_matches_in_every_unicode_normalization(run, tmp_path):
    run(*ALICE)
    run("accounts", "set-password", "alice", "--password", unicodedata.normalize("NFD", "une sérénade"))
    with sqlite3.connect(tmp_path / "data/gazouillis.db") as db:
        [password_hash] = db.execute("select password_hash from users").fetchone()

    assert PasswordHasher().verify(password_hash, "une sérénade")


def test_a_password_is_asked_for_when_it_is_not_given(run):
    run(*ALICE)
    result = run("accounts", "set-password", "alice", input="another horse\nanother horse\n")

    assert result.exit_code == 0
    assert "another horse" not in result.output


def test_an_account_is_deleted_after_somebody_else_was_named_owner(run):
    run("accounts", "create", "olive", "--email", "olive@example.org", "--password", "long enough", "--role", "owner")
    run(*ALICE)
    refused = run("accounts", "delete", "olive", "--yes")
    run("accounts", "role", "alice", "owner")
    deleted = run("accounts", "delete", "olive", input="y\n")

    assert refused.exit_code == 2
    assert "name somebody first" in refused.stderr
    assert "It is hidden, and will be deleted on" in deleted.stdout
    assert "suspended" in run("accounts", "list").stdout


def test_an_account_is_suspended_and_shown_again(run):
    run(*ALICE)

    assert "unsuspend alice" in run("accounts", "suspend", "alice").stdout
    assert "suspended" in run("accounts", "list").stdout
    run("accounts", "unsuspend", "alice")
    assert "suspended" not in run("accounts", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (ALICE, "This name is taken"),
        (("accounts", "create", "no spaces", "--email", "a@b.org", "--password", "long enough"), "unaccented letters"),
        (("accounts", "create", "bob", "--email", "a@b.org", "--password", "short"), "at least 8"),
        (("accounts", "token", "nobody"), "Nobody here is called nobody"),
        (("accounts", "token", "alice", "--scopes", "everything"), "no scope called everything"),
        (("accounts", "set-password", "nobody", "--password", "long enough"), "Nobody here is called nobody"),
        (("accounts", "create", "bob"), "Missing option"),
        (("accounts", "token", "b\udc80b"), "not text in UTF-8"),
        (("accounts", "set-password", "alice", "--password", "\udc80 long enough"), "not text in UTF-8"),
        (("accounts", "create", "bob", "--email", "\udc80@b.org", "--password", "long enough"), "not text in UTF-8"),
        (("dance",), "No such command"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(run, arguments, sentence):
    run(*ALICE)
    result = run(*arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GAZOUILLIS_DATABASE", "mysql://here"),
        ("GAZOUILLIS_DATABASE", "postgresql://nobody:secret@127.0.0.1:1/nowhere"),
        ("GAZOUILLIS_DATA", "/proc/nowhere"),
        ("GAZOUILLIS_MAX_CHARACTERS", "7"),
        ("GAZOUILLIS_PORT", "many"),
    ],
)
def test_a_wrong_setting_is_reported_in_one_sentence(run, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    result = run("accounts", "list")

    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "secret" not in result.stderr


def test_check_shows_each_setting_and_its_source(run, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data/gazouillis.toml").write_text('domain = "here.test"\nmail = "smtp://me:secret@127.0.0.1:1"\n')
    result = json.loads(run("check", "--json").stdout)
    shown = {one["name"]: one for one in result["settings"]}

    assert shown["domain"] == {"name": "domain", "value": "here.test", "source": str(tmp_path / "data/gazouillis.toml")}
    assert shown["port"]["source"] == "GAZOUILLIS_PORT"
    assert shown["homes"]["source"] == "default"
    assert shown["mail"]["value"] == "smtp://me:***@127.0.0.1:1"


@pytest.mark.parametrize("name", ["what?", "a#b", "100%", "%20", "with a space", "été", "a?mode=ro", "file:x"])
def test_a_data_folder_may_have_any_name(run, tmp_path, monkeypatch, name):
    monkeypatch.setenv("GAZOUILLIS_DATA", str(tmp_path / name))
    assert run(*ALICE).exit_code == 0

    assert (tmp_path / name / "gazouillis.db").exists()
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert run("check").exit_code == 0
    assert "alice@example.org" in run("accounts", "list").stdout


def test_an_invalid_domain_is_refused_in_one_sentence(run, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_DOMAIN", "https://Nancy.example/")
    result = run(*ALICE)

    assert result.exit_code == 2
    assert "domain must be written nancy.example" in " ".join(result.stderr.split())


def test_check_passes_before_the_first_start_and_creates_nothing(run, tmp_path):
    assert run("check").exit_code == 0
    assert not (tmp_path / "data").exists()


def test_check_passes_on_a_server_that_works(run):
    run(*ALICE)
    result = run("check", "--json")

    assert result.exit_code == 0, result.output
    assert [one["name"] for one in json.loads(result.stdout)["checks"]] == [
        "data folder",
        "secrets",
        "private files",
        "database",
        "open files",
        "uploaded files",
        "photos and videos",
        "mail",
        "port",
    ]


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (lambda folder, _set: folder.chmod(0o755), "data folder"),
        (lambda folder, _set: (folder / "secrets.json").chmod(0o644), "secrets"),
        (lambda folder, _set: (folder / "secrets.json").write_text("torn"), "secrets"),
        (lambda _folder, set_: set_("GAZOUILLIS_DATABASE", "postgresql://u:p@127.0.0.1:1/x"), "database"),
        (lambda folder, _set: (folder / "attachments").write_text("where the folder should be"), "photos and videos"),
        (lambda _folder, set_: set_("GAZOUILLIS_MEDIA_STORE", "s3+http://key:secret@127.0.0.1:1/photos"), "photos and videos"),
        (lambda _folder, set_: set_("GAZOUILLIS_MEDIA_STORE", "ftp://somewhere"), "photos and videos"),
        (lambda _folder, set_: set_("GAZOUILLIS_MAIL", "smtp://127.0.0.1:1"), "mail"),
        (lambda _folder, set_: set_("GAZOUILLIS_HOST", "192.0.2.1"), "port"),
    ],
)
def test_check_names_each_fault_and_its_remedy(run, tmp_path, monkeypatch, harm, name):
    run(*ALICE)
    harm(tmp_path / "data", monkeypatch.setenv)
    result = run("check", "--json")
    faults = [one for one in json.loads(result.stdout)["checks"] if not one["is_fine"]]

    assert result.exit_code == 1
    assert [one["name"] for one in faults] == [name]
    assert faults[0]["remedy"]
    assert "FAULT" in run("check").stdout


def test_check_never_shows_the_secret_of_the_media_store(run, monkeypatch):
    run(*ALICE)
    monkeypatch.setenv("GAZOUILLIS_MEDIA_STORE", "s3+http://key:verysecret@127.0.0.1:1/photos")

    for result in (run("check"), run("check", "--json")):
        assert "127.0.0.1:1/photos" in result.output.replace("\n", "")
        assert "verysecret" not in result.output


def test_a_server_with_a_media_store_of_no_known_kind_says_so(run, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_MEDIA_STORE", "ftp://somewhere")
    result = run(*ALICE)

    assert result.exit_code != 0
    assert "media_store must be a URL" in " ".join(result.stderr.split())


async def test_check_counts_the_files_that_no_account_uses(run, database_kind, monkeypatch, tmp_path):
    async with fresh_database_url(database_kind) as url:
        monkeypatch.setenv("GAZOUILLIS_DATABASE", url)
        await asyncio.to_thread(run, *ALICE)
        key = await FolderBlobs(tmp_path / "data/media").put(b"orphan", ".webp")
        os.utime(tmp_path / "data/media" / key[:2] / key, (0, 0))
        result = await asyncio.to_thread(run, "check", "--json")

    [files] = [one for one in json.loads(result.stdout)["checks"] if one["name"] == "uploaded files"]
    assert files["is_fine"]
    assert "files: 1, that nobody shows: 1" in files["detail"]


async def test_checks_at_the_same_time_do_not_disturb_each_other(run, tmp_path):
    """A server checks itself at its start, while its operator checks it too."""
    await asyncio.to_thread(run, *ALICE)
    settings = Settings(data=tmp_path / "data", port=0)

    async def check():
        return [one async for one in doctor.findings(settings)]

    checks = await asyncio.gather(*(check() for _ in range(8)))

    assert [one for findings in checks for one in findings if not one.is_fine] == []


async def test_check_works_with_both_databases(run, database_kind, monkeypatch):
    async with fresh_database_url(database_kind) as url:
        monkeypatch.setenv("GAZOUILLIS_DATABASE", url)
        await asyncio.to_thread(run, *ALICE)
        result = await asyncio.to_thread(run, "check", "--json")

    [database] = [one for one in json.loads(result.stdout)["checks"] if one["name"] == "database"]
    assert database["is_fine"]
    assert database["detail"].startswith(database_kind)
