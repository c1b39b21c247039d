"""The command-line client toot, unmodified: https://toot.bezdomni.net"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOT = Path(sys.executable).with_name("toot")
TIMEOUT = 30


class Terminal:
    def __init__(self, home):
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "HOME": str(home), "PYTHONWARNINGS": "ignore"}

    def toot(self, *arguments):
        result = subprocess.run(
            [TOOT, "--no-color", *arguments], env=self.environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def log_in(self, server, name):
        """Logs in through the authorization page, and types the code."""
        command = [TOOT, "--no-color", "login", "--instance", server.url]
        with subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            while process.stdout.readline().strip() != "Login URL:":
                assert process.poll() is None
            address = process.stdout.readline().strip()
            output, _ = process.communicate(f"n\n{server.authorization_code(name, address)}\n", timeout=TIMEOUT)
        assert "Successfully logged in" in output, output


@pytest.fixture(scope="module")
def terminal(server, tmp_path_factory):
    server.create_account("carol")
    server.create_account("dave")
    terminal = Terminal(tmp_path_factory.mktemp("carol"))
    terminal.log_in(server, "carol")
    return terminal


def eventually(request, wanted):
    for _ in range(20):
        result = request()
        if wanted in result:
            return result
    raise AssertionError(result)


def test_the_account_of_the_token_is_read(terminal):
    assert "@carol" in terminal.toot("whoami")


@pytest.mark.thorough
def test_the_instance_is_shown(terminal):
    assert "Gazouillis" in terminal.toot("instance")


def test_a_post_is_in_home(terminal):
    terminal.toot("post", "good evening from a terminal")

    assert eventually(lambda: terminal.toot("timelines", "home"), "good evening from a terminal")


@pytest.mark.thorough
def test_replies_reblogs_favourites_bookmarks_and_deletions(terminal):
    status_id = json.loads(terminal.toot("post", "--json", "a question"))["id"]

    terminal.toot("post", "--reply-to", status_id, "an answer")
    for verb in ("reblog", "favourite", "bookmark"):
        terminal.toot(verb, status_id)

    assert "an answer" in terminal.toot("thread", status_id)
    assert "a question" in terminal.toot("bookmarks")
    terminal.toot("delete", status_id)


@pytest.mark.thorough
def test_follows_and_notifications(terminal, server, tmp_path):
    dave = Terminal(tmp_path)
    dave.log_in(server, "dave")

    dave.toot("follow", "carol")
    terminal.toot("post", "hello @dave")

    assert "carol" in dave.toot("following")
    assert eventually(lambda: dave.toot("notifications"), "mentioned you")
    assert eventually(lambda: terminal.toot("notifications"), "now follows you")


@pytest.mark.thorough
def test_search(terminal):
    assert "dave" in terminal.toot("search", "dave")
