"""Metrics of this process, in the text format of Prometheus: https://prometheus.io/docs/concepts/data_model/"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gazouillis.infra.cache.regions import LruCache, ProcessCache

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposition(cache: ProcessCache | None) -> bytes:
    """https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_CacheCollector(cache))
    return generate_latest(registry)


class _CacheCollector(Collector):
    def __init__(self, cache: ProcessCache | None) -> None:
        self._regions = list(cache or ())

    def collect(self) -> Iterator[Metric]:
        yield self._counted("hits", "Lookups that found their value in the cache", lambda one: one.hits)
        yield self._counted("misses", "Lookups that had to load or compute their value", lambda one: one.misses)
        yield self._counted("invalidated", "Entries dropped because an event changed them", lambda one: one.invalidated)
        yield self._gauged("entries", "Entries in the region", len)
        yield self._gauged("bytes", "Bytes that the entries hold", lambda one: one.weight)
        yield self._gauged("capacity_bytes", "Bytes at which the least recently used entries are evicted", lambda one: one.capacity)

    def _counted(self, name: str, words: str, count: Callable[[_Region], float]) -> Metric:
        return _filled(CounterMetricFamily(f"gazouillis_cache_{name}", words, labels=["region"]), self._regions, count)

    def _gauged(self, name: str, words: str, measure: Callable[[_Region], float]) -> Metric:
        return _filled(GaugeMetricFamily(f"gazouillis_cache_{name}", words, labels=["region"]), self._regions, measure)


_Region = LruCache[object, object]


def _filled(family: CounterMetricFamily | GaugeMetricFamily, regions: Iterable[_Region], value: Callable[[_Region], float]) -> Metric:
    for one in regions:
        family.add_metric([one.name], value(one))
    return family
