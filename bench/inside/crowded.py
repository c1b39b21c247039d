"""A server like `gazouillis serve`, which loads the home timelines of a million followers of one author before it listens.

These followers have no accounts. Only their home timelines exist, since those are what a post of the author must reach. Some real readers
are loaded before, between and after them.
"""

from __future__ import annotations

import socket

import click
import msgspec
import uvloop

from bench.driver import HOST
from bench.inside.stack import run
from gazouillis.app import create_app
from gazouillis.doctor import open_or_explain
from gazouillis.infra import settings as configuration
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.timelines.home import Homes


@click.command()
@click.option("--crowd", type=int, required=True)
@click.option("--author", type=int, required=True)
@click.argument("readers", type=int, nargs=-1)
def main(crowd: int, author: int, readers: tuple[int, ...]) -> None:
    settings, _ = configuration.read()
    settings = msgspec.structs.replace(settings, homes=crowd + settings.homes)
    uvloop.run(_serve(settings, crowd, AccountId(author), [AccountId(one) for one in readers]))


async def _serve(settings: Settings, crowd: int, author: AccountId, readers: list[AccountId]) -> None:
    async with open_or_explain(settings) as site:
        await _fill(site, crowd, author, readers)
        listening = socket.create_server((HOST, 0), backlog=2048)
        click.echo(f"http://{HOST}:{listening.getsockname()[1]}")
        await run(create_app(site), listening)


async def _fill(site: Site, crowd: int, author: AccountId, readers: list[AccountId]) -> None:
    homes = site.the(Homes)
    apart = max(1, crowd // max(1, len(readers) - 1))
    async with site.db.read() as reader:
        for number in range(crowd + 1):
            if number % apart == 0 and readers:
                await homes.load(reader, readers.pop())
            if number < crowd:
                homes.rings.follows.add(homes.rings.allocate(AccountId(number + 1)), [author])
        for one in readers:
            await homes.load(reader, one)


if __name__ == "__main__":
    main()
