"""Prometheus metrics of the running bot."""

from contextlib import suppress
from functools import cache
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_TOO_MANY_REQUESTS, _INVALID_STATUSES = 429, frozenset({401, 403, 429})
# In seconds. Platforms wait 3 seconds for a first response.
_LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0, 60.0)
_COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

# Each metric has a name, a description and labels.
_PLATFORM = ("platform",)
_INTERACTIONS = (
    "crossroads_interactions",
    "Answered calls, by outcome: done, refused, outage, bug.",
    (*_PLATFORM, "command", "outcome"),
)
_ACK = ("crossroads_ack_seconds", "Time from an interaction to its first response.", _PLATFORM)
_ANSWER = ("crossroads_answer_seconds", "Time from an interaction to its full answer.", _PLATFORM)
_COMMIT = (
    "crossroads_database_commit_seconds",
    "Time from queuing a write until it's on disk.",
    (),
)
_REQUESTS = (
    "crossroads_platform_requests",
    "Requests to a platform's API, by response status.",
    (*_PLATFORM, "status"),
)
_LIMITED = (
    "crossroads_platform_rate_limited",
    "Responses with status 429; scope: user, global, shared, or unknown.",
    (*_PLATFORM, "scope"),
)
_INVALID_REQUESTS = (
    "crossroads_platform_invalid_requests",
    "Responses that count toward a ban: 401, 403, and 429 unless the limit is shared.",
    _PLATFORM,
)
_CONNECTED = (
    "crossroads_gateway_connected",
    "Whether a shard or socket is connected and can receive events.",
    (*_PLATFORM, "shard"),
)
_TIPS = (
    "crossroads_tips",
    "Weekly tips by state: due, posted, done (all steps finished) and so on.",
    (*_PLATFORM, "outcome"),
)
_LAG = (
    "crossroads_tips_lag_seconds",
    "How long the oldest due tip has been waiting; 0 if none is.",
    (),
)
_CLAIMED = (
    "crossroads_gateway_shards_claimed",
    "Shards that this instance has claimed, with CROSSROADS_SHARDS=auto.",
    _PLATFORM,
)
_SHARDS = (
    "crossroads_gateway_shards",
    "Total shards of all instances, with CROSSROADS_SHARDS=auto.",
    _PLATFORM,
)
_IDENTIFIES = (
    "crossroads_gateway_identifies_remaining",
    "Session starts that the platform still allows today.",
    _PLATFORM,
)


class Metrics:
    """The metrics of one App. Labels have few values, so ids and members' text aren't allowed."""

    def __init__(self) -> None:
        at = self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=at)
        Info("crossroads_build", "The running version.", registry=at).info(
            {"version": version("crossroads")}
        )
        # The lookup by labels is cached, because every answer needs it.
        self._interactions = cache(Counter(*_INTERACTIONS, registry=at).labels)
        self._ack = cache(Histogram(*_ACK, buckets=_LATENCY_BUCKETS, registry=at).labels)
        self._answer = cache(Histogram(*_ANSWER, buckets=_LATENCY_BUCKETS, registry=at).labels)
        self._commit = Histogram(*_COMMIT, buckets=_COMMIT_BUCKETS, registry=at)
        self._requests = cache(Counter(*_REQUESTS, registry=at).labels)
        self._limited = Counter(*_LIMITED, registry=at)
        self._invalid = Counter(*_INVALID_REQUESTS, registry=at)
        self._connected = Gauge(*_CONNECTED, registry=at)
        self._tips = Counter(*_TIPS, registry=at)
        self._lag = Gauge(*_LAG, registry=at)
        self._claimed = Gauge(*_CLAIMED, registry=at)
        self._shards = Gauge(*_SHARDS, registry=at)
        self._identifies = Gauge(*_IDENTIFIES, registry=at)

    def count_call(self, platform: str, command: str, outcome: str) -> None:
        """Count an answered command by its outcome ("done", "refused", "outage" or "bug")."""
        self._interactions(platform, command, outcome).inc()

    def observe_ack(self, platform: str, seconds: float) -> None:
        """Record the seconds from an interaction to its first response."""
        self._ack(platform).observe(seconds)

    def observe_answer(self, platform: str, seconds: float) -> None:
        """Record the seconds from an interaction to its full answer."""
        self._answer(platform).observe(seconds)

    def observe_commit(self, seconds: float) -> None:
        """Record the seconds that a database write took."""
        self._commit.observe(seconds)

    def count_request(self, platform: str, status: int, scope: str) -> None:
        """Count a request to a platform's API by the HTTP status of its answer.

        *scope* names the rate limit that was hit, such as "shared"; it is "" if none was.
        """
        self._requests(platform, str(status)).inc()
        if status == _TOO_MANY_REQUESTS:
            self._limited.labels(platform, scope or "unknown").inc()
        if status in _INVALID_STATUSES and scope != "shared":
            self._invalid.labels(platform).inc()

    def set_connected(self, platform: str, shard: int, *, now: bool) -> None:
        """Record whether a shard is connected *now*."""
        self._connected.labels(platform, str(shard)).set(now)

    def set_claimed_shards(self, platform: str, claimed: int, total: int) -> None:
        """Record how many shards this instance serves, and how many all instances have together."""
        self._claimed.labels(platform).set(claimed)
        self._shards.labels(platform).set(total)

    def remove_shard(self, platform: str, shard: int) -> None:
        """Remove the connection metric of a shard, because another instance serves it now."""
        with suppress(KeyError):  # it was released before it connected
            self._connected.remove(platform, str(shard))

    def set_identifies_remaining(self, platform: str, remaining: int) -> None:
        """Record how many more Gateway sessions the platform lets the bot start today."""
        self._identifies.labels(platform).set(remaining)

    def count_tip(self, channel: str, outcome: str) -> None:
        """Count the outcome of a tip, such as "posted", under the platform of *channel*."""
        self._tips.labels(channel.partition(":")[0], outcome).inc()

    def set_tip_lag(self, seconds: float) -> None:
        """Record the seconds that the oldest due tip has waited; 0 if none waits."""
        self._lag.set(seconds)

    def exposition(self) -> tuple[bytes, str]:
        """Return all metrics in Prometheus's text format, and the content type of that format."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
