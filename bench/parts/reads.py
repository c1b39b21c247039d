"""Part `reads`: timelines and pages, each compared with servers that send the same bytes and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import msgspec

from bench import measuring, reading, requests, servers
from bench.browser import signed_in
from bench.driver import connected
from bench.figures import Figure
from bench.measuring import Sample
from bench.plan import Plan, Scale
from bench.processes import Running
from bench.reading import Echo, Read, Reader
from bench.writing import posting_meanwhile
from gazouillis.seeds.load import PASSWORD
from gazouillis.seeds.phrases import TAGS

READERS = 50
HOME = "/api/v1/timelines/home"
THREADS_LOOKED_AT = 120


def measure(plan: Plan) -> Iterator[Figure]:
    with servers.gazouillis(plan.folder) as server:
        yield from figures(plan, server, reads(server.port, plan.folder.tokens, plan.scale))


def figures(plan: Plan, server: Running, chosen: list[Read]) -> Iterator[Figure]:
    readers = [Reader(one, server.port) for one in chosen]
    with servers.constants([one.constant for one in readers]) as constants:
        for one in readers:
            plan.say(f"reads: {one.read.title}")
            yield _figure(plan, server, one, constants)


def _figure(plan: Plan, server: Running, reader: Reader, constants: dict[str, Running]) -> Figure:
    """The first round warms up and is not counted."""
    mine: list[Sample] = []
    theirs: dict[str, list[Sample]] = {name: [] for name in constants}
    echo = Echo(reader)
    for _ in range(plan.scale.rounds + 1):
        with posting_meanwhile(server.port, plan.folder.tokens) if reader.read.is_moving else nullcontext():
            mine.append(measuring.measure(server, reader, plan.scale))
        for name, one in constants.items():
            theirs[name].append(measuring.measure(one, echo, plan.scale))
    sample = measuring.middle(mine[1:])
    return Figure(
        key=f"reads/{reader.read.key}",
        title=reader.read.title,
        value=sample.rate,
        unit="/s",
        limits=measuring.limits(sample, {name: measuring.middle(some[1:]) for name, some in theirs.items()}),
        cpu_ms=sample.cpu_ms,
        memory=server.memory(),
        measures={"p50_ms": sample.p50_ms, "p99_ms": sample.p99_ms, "bytes": len(reader.constant.body)},
    )


def reads(port: int, tokens: list[str], scale: Scale) -> list[Read]:
    me, many = tokens[0], tokens[:READERS]
    account, status, thread = _found(port, me)
    homes = [requests.get(HOME, token) for token in many]
    uncached = [requests.get(f"{HOME}?limit=20&number={number}", many[number % len(many)]) for number in range(scale.uncached)]
    with_gzip = [requests.get(HOME, token, Accept_Encoding="gzip") for token in many]
    page = requests.get("/", Cookie=signed_in(port, "load1", PASSWORD), Accept="text/html", Accept_Language="en")
    return [
        Read("home_of_one", "home of one reader", [homes[0]], reading.ids),
        Read("homes", f"homes of {len(homes)} readers in turn", homes, reading.ids),
        Read("homes_gzip", "the same, gzip", with_gzip, reading.gzip_ids, encoding="gzip"),
        Read("homes_unkept", "the same, each URL for the first time: nothing is in the response cache", uncached, reading.ids),
        Read("public", "public timeline, local", [requests.get("/api/v1/timelines/public?local=true", me)], reading.ids),
        Read("tag", "timeline of a tag", [requests.get(f"/api/v1/timelines/tag/{TAGS[0]}", me)], reading.ids),
        Read("profile", "statuses of a profile", [requests.get(f"/api/v1/accounts/{account}/statuses", me)], reading.ids),
        Read("thread", "a thread", [requests.get(f"/api/v1/statuses/{thread}/context", me)], reading.thread_ids),
        Read("status", "one status", [requests.get(f"/api/v1/statuses/{status}", me)], reading.one_id),
        Read("notifications", "notifications", [requests.get("/api/v1/notifications", me)], reading.ids),
        Read("page", "home page, HTML", [page], reading.page_ids, media_type="text/html; charset=utf-8"),
        Read("homes_while_posting", "homes in turn, 10 posts a second", homes, reading.ids, is_moving=True),
    ]


def _found(port: int, token: str) -> tuple[str, str, str]:
    """The ids of an account, of one of its statuses, and of the recent status with the longest thread."""
    with connected(port) as fetch:
        me = msgspec.json.decode(fetch(requests.get("/api/v1/accounts/verify_credentials", token)))["id"]
        mine = msgspec.json.decode(fetch(requests.get(f"/api/v1/accounts/{me}/statuses?exclude_reblogs=true", token)))
        longest, thread, oldest = -1, "", ""
        for _ in range(THREADS_LOOKED_AT // 40):
            recent = msgspec.json.decode(fetch(requests.get(f"/api/v1/timelines/public?local=true&limit=40{oldest}", token)))
            for one in recent:
                context = msgspec.json.decode(fetch(requests.get(f"/api/v1/statuses/{one['id']}/context", token)))
                if (length := len(context["ancestors"]) + len(context["descendants"])) > longest:
                    longest, thread = length, one["id"]
            oldest = f"&max_id={recent[-1]['id']}"
    return me, mine[0]["id"], thread
