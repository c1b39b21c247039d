"""https://toot.bezdomni.net, unmodified, as somebody uses it in a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOT = Path(sys.executable).with_name("toot")
PATIENCE = 30


class Terminal:
    def __init__(self, home):
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "HOME": str(home), "PYTHONWARNINGS": "ignore"}

    def toot(self, *words):
        done = subprocess.run(
            [TOOT, "--no-color", *words], env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def logs_in(self, place, name):
        """Through the page where a person says yes; the code is copied by hand."""
        command = [TOOT, "--no-color", "login", "--instance", place.url]
        with subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            while process.stdout.readline().strip() != "Login URL:":
                assert process.poll() is None
            address = process.stdout.readline().strip()
            told, _ = process.communicate(f"n\n{place.code(name, address)}\n", timeout=PATIENCE)
        assert "Successfully logged in" in told, told


@pytest.fixture(scope="module")
def terminal(place, tmp_path_factory):
    place.person("carol")
    place.person("dave")
    terminal = Terminal(tmp_path_factory.mktemp("carol"))
    terminal.logs_in(place, "carol")
    return terminal


def eventually(ask, wanted):
    for _ in range(20):
        answer = ask()
        if wanted in answer:
            return answer
    raise AssertionError(answer)


def test_it_knows_whose_it_is(terminal):
    assert "@carol" in terminal.toot("whoami")


def test_it_shows_the_place(terminal):
    assert "Gazouillis" in terminal.toot("instance")


def test_it_posts_and_reads_home(terminal):
    terminal.toot("post", "good evening from a terminal")

    assert eventually(lambda: terminal.toot("timelines", "home"), "good evening from a terminal")


def test_it_answers_repeats_keeps_and_deletes(terminal):
    said = json.loads(terminal.toot("post", "--json", "a question"))["id"]

    terminal.toot("post", "--reply-to", said, "an answer")
    for verb in ("reblog", "favourite", "bookmark"):
        terminal.toot(verb, said)

    assert "an answer" in terminal.toot("thread", said)
    assert "a question" in terminal.toot("bookmarks")
    terminal.toot("delete", said)


def test_it_follows_and_is_told(terminal, place, tmp_path):
    dave = Terminal(tmp_path)
    dave.logs_in(place, "dave")

    dave.toot("follow", "carol")
    terminal.toot("post", "hello @dave")

    assert "carol" in dave.toot("following")
    assert eventually(lambda: dave.toot("notifications"), "mentioned you")
    assert eventually(lambda: terminal.toot("notifications"), "now follows you")


def test_it_searches(terminal):
    assert "dave" in terminal.toot("search", "dave")
