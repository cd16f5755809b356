"""What one API process counts about its requests, and the gauges that it shows of the desk; Prometheus reads it."""

import re
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    gc_collector,
    generate_latest,
    platform_collector,
    process_collector,
)
from starlette.types import Scope

from api.gauges import DeskCollector
from api.problems import STATUS
from escalation.errors import Refusal

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))  # seconds
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LAST = re.compile(r"[^/]+")


class Measures:
    """One registry for each application, so that two in one process do not add up."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.desk = DeskCollector()
        self._registry.register(self.desk)
        for collector in (process_collector.ProcessCollector, platform_collector.PlatformCollector):
            collector(registry=self._registry)
        gc_collector.GCCollector(registry=self._registry)
        self._took = Histogram(
            "tierline_http_request_duration_seconds",
            "Time until the answer begins, by route template.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refusals = _by_code(self._registry, "tierline_refusals", "Requests that the rules refused.", refused=True)
        self._faults = _by_code(self._registry, "tierline_faults", "Other answers that were no success.", refused=False)
        build = Gauge("tierline_build_info", "1, with the version.", ("version",), registry=self._registry)
        build.labels(version("tierline")).set(1)

    def answered(self, scope: Scope, status: int | None, seconds: float) -> None:
        """Count one request; a client that went away before the answer began counts as status 499."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._took.labels(method, template(scope), str(status or 499)).observe(seconds)
        code = scope.get("state", {}).get("code")
        if code in STATUS:
            (self._refusals if code in Refusal.codes else self._faults).labels(code).inc()

    def exposed(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)


def _by_code(registry: CollectorRegistry, name: str, words: str, *, refused: bool) -> Counter:
    """A counter that stands at 0 for every code, so that the first of its kind is seen as a rise."""
    counter = Counter(name, words, ("code",), registry=registry)
    for code in STATUS:
        if (code in Refusal.codes) is refused:
            counter.labels(code)
    return counter


def template(scope: Scope) -> str:
    """The route that took the request, with names in place of values: nothing that a client makes up is a label."""
    if "endpoint" not in scope:
        return "unmatched"
    route = getattr(scope.get("route"), "path", None)
    if route is None:
        root = scope.get("root_path", "")
        return f"{root}/{{path}}" if root else str(scope["path"])
    # An included router's route knows its own part of the path alone; what stands before it is the same for all.
    known, whole = _LAST.findall(route), _LAST.findall(scope["path"])
    return "/" + "/".join([*whole[: max(len(whole) - len(known), 0)], *known])
