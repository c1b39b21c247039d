"""What commands do when PostgreSQL is not reachable yet."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import suppress

import pytest

from tests.support.databases import fresh_database_url
from tests.support.proxy import proxy_to

TIMEOUT = 30.0


@pytest.fixture
async def proxy():
    async with fresh_database_url("postgresql") as url, proxy_to(url) as proxy:
        yield proxy


@pytest.fixture
async def run(proxy, tmp_path):
    """Starts a command that uses this database."""
    begun = []

    async def run(*words, database=""):
        environment = {**os.environ, "GAZOUILLIS_DATABASE": database or proxy.url, "GAZOUILLIS_DATA": str(tmp_path / "data")}
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "gazouillis.cli", *words]
        begun.append(await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe))
        return begun[-1]

    yield run
    for one in begun:
        with suppress(ProcessLookupError):
            one.terminate()
        await one.communicate()


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("work",)], ids="".join)
async def test_a_server_waits_for_its_database_and_logs_it_once(run, proxy, words):
    await proxy.refuse()
    process = await run(*words)

    stderr = (await asyncio.wait_for(process.stderr.readline(), TIMEOUT)).decode()
    await asyncio.sleep(1.5)
    await proxy.open()
    stdout = (await asyncio.wait_for(process.stdout.readline(), TIMEOUT)).decode()
    process.terminate()
    _stdout, more = await process.communicate()

    assert "the database is not there yet; waiting for at most" in stderr
    assert stdout.startswith(("Gazouillis is at", "Working"))
    assert more == b""


@pytest.mark.parametrize("words", [("accounts", "list"), ("seed", "village")], ids="-".join)
async def test_other_commands_report_the_missing_database_at_once(run, proxy, words):
    await proxy.refuse()
    process = await run(*words)

    _stdout, stderr = await asyncio.wait_for(process.communicate(), TIMEOUT)

    assert process.returncode == 2
    assert re.fullmatch(r"Error: The data folder or the database does not open: .*\n", stderr.decode())


async def test_a_database_that_does_not_exist_is_not_waited_for(run, proxy):
    process = await run("serve", "--port", "0", database=proxy.url.rpartition("/")[0] + "/gazouillis_nowhere")

    _stdout, stderr = await asyncio.wait_for(process.communicate(), TIMEOUT)

    assert process.returncode == 2
    assert stderr.decode().splitlines() == [
        'Error: The data folder or the database does not open: database "gazouillis_nowhere" does not exist'
    ]
