"""What this process counts about itself, in the words of Prometheus: https://prometheus.io/docs/concepts/data_model/"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gazouillis.infra.memory import Kept, Memory

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposition(memory: Memory | None) -> bytes:
    """https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_OfMemory(memory))
    return generate_latest(registry)


class _OfMemory(Collector):
    def __init__(self, memory: Memory | None) -> None:
        self._shelves = list(memory or ())

    def collect(self) -> Iterator[Metric]:
        yield self._counted("hits", "What was asked for and remembered", lambda one: one.hits)
        yield self._counted("misses", "What was asked for and had to be read or made", lambda one: one.misses)
        yield self._counted("forgotten", "What was forgotten because it changed", lambda one: one.forgotten)
        yield self._gauged("entries", "How many things a shelf holds", len)
        yield self._gauged("weight", "How many bytes they hold", lambda one: one.weight)
        yield self._gauged("largest_weight", "At how many bytes those used longest ago leave", lambda one: one.largest)

    def _counted(self, name: str, words: str, count: Callable[[_Shelf], float]) -> Metric:
        return _filled(CounterMetricFamily(f"gazouillis_memory_{name}", words, labels=["shelf"]), self._shelves, count)

    def _gauged(self, name: str, words: str, measure: Callable[[_Shelf], float]) -> Metric:
        return _filled(GaugeMetricFamily(f"gazouillis_memory_{name}", words, labels=["shelf"]), self._shelves, measure)


_Shelf = Kept[object, object]


def _filled(family: CounterMetricFamily | GaugeMetricFamily, shelves: Iterable[_Shelf], value: Callable[[_Shelf], float]) -> Metric:
    for one in shelves:
        family.add_metric([one.name], value(one))
    return family
