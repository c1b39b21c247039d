import msgspec
import pytest

from gazouillis.doctor import shown
from gazouillis.infra.settings import Origin, Settings
from tests.support.clock import MovingClock
from tests.support.site import run_site

SECRET = "a long secret"


@pytest.fixture
async def metered_site(tmp_path):
    async with run_site(msgspec.structs.replace(Settings(data=tmp_path), metrics_token=SECRET), MovingClock()) as running_site:
        yield running_site


def value(page, name):
    return float(next(line.split()[-1] for line in page.text.splitlines() if line.startswith(name)))


async def test_prometheus_reads_the_metrics_of_the_caches(metered_site):
    alice = await metered_site.person("alice")
    await alice.posts("hello")
    for _ in range(4):
        await alice.client.get("/api/v1/timelines/home")

    page = await metered_site.client(Authorization=f"Bearer {SECRET}").get("/metrics")

    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert value(page, 'gazouillis_cache_hits_total{region="responses"}') >= 2
    assert value(page, 'gazouillis_cache_misses_total{region="responses"}') >= 1
    assert value(page, 'gazouillis_cache_entries{region="statuses"}') == 1
    assert value(page, "process_resident_memory_bytes") > 1e6


async def test_metrics_need_the_secret(metered_site):
    assert (await metered_site.client().get("/metrics")).status_code == 401
    assert (await metered_site.client().get("/metrics", headers={"Authorization": b"Bearer \xe9"})).status_code == 401


async def test_without_a_secret_there_are_no_metrics(running_site):
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert (await running_site.client(**headers).get("/metrics")).status_code == 404


def test_the_secret_is_not_printed():
    assert SECRET not in shown(Origin("metrics_token", SECRET, "flag"))
