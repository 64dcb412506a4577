"""What can be counted while the bot serves, under Prometheus' conventions for names."""

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

_TOO_MANY, _INVALID = 429, frozenset({401, 403, 429})
# Seconds. A platform gives up on a first response after three of them.
_WAITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0, 60.0)
_COMMITS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Metrics:
    """The figures of one App. Labels hold closed sets: no ids, nothing that somebody typed."""

    def __init__(self) -> None:
        at = self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=at)
        Info("crossroads_build", "What runs.", registry=at).info({"version": version("crossroads")})
        self._interactions = Counter(
            "crossroads_interactions",
            "Calls that were answered; outcome: done, refused, outage, bug.",
            ("platform", "command", "outcome"),
            registry=at,
        )
        platform = ("platform",)
        self._ack = Histogram(
            "crossroads_ack_seconds",
            "From an interaction to its first response.",
            platform,
            buckets=_WAITS,
            registry=at,
        )
        self._answer = Histogram(
            "crossroads_answer_seconds",
            "From an interaction to its whole answer.",
            platform,
            buckets=_WAITS,
            registry=at,
        )
        self._commit = Histogram(
            "crossroads_database_commit_seconds",
            "From handing a write over until it is on disk, waiting included.",
            buckets=_COMMITS,
            registry=at,
        )
        self._requests = Counter(
            "crossroads_platform_requests",
            "Requests to a platform's API by the status of the answer.",
            ("platform", "status"),
            registry=at,
        )
        self._limited = Counter(
            "crossroads_platform_rate_limited",
            "Answers 429; scope: user, global, shared, or unknown.",
            ("platform", "scope"),
            registry=at,
        )
        self._invalid = Counter(
            "crossroads_platform_invalid_requests",
            "Answers that count towards a ban: 401, 403, and 429 of no shared limit.",
            platform,
            registry=at,
        )
        self._connected = Gauge(
            "crossroads_gateway_connected",
            "Whether a shard or socket is connected and may get events.",
            ("platform", "shard"),
            registry=at,
        )
        self._tips = Counter(
            "crossroads_tips",
            "Weekly tips: due, posted, done (each step has ended), and what else became of them.",
            ("platform", "outcome"),
            registry=at,
        )
        self._lag = Gauge(
            "crossroads_tips_lag_seconds",
            "How long the tip that is due for longest has waited; 0 where none waits.",
            registry=at,
        )
        self._identifies = Gauge(
            "crossroads_gateway_identifies_remaining",
            "Starts of a session that the platform still allows today.",
            platform,
            registry=at,
        )

    def answered(self, platform: str, command: str, outcome: str) -> None:
        """Count a Call."""
        self._interactions.labels(platform, command, outcome).inc()

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Note how long a first response took."""
        self._ack.labels(platform).observe(seconds)

    def delivered(self, platform: str, seconds: float) -> None:
        """Note how long an answer took."""
        self._answer.labels(platform).observe(seconds)

    def committed(self, seconds: float) -> None:
        """Note how long a write took."""
        self._commit.observe(seconds)

    def requested(self, platform: str, status: int, scope: str) -> None:
        """Count a request; *scope* is of the rate limit that was hit, or empty."""
        self._requests.labels(platform, str(status)).inc()
        if status == _TOO_MANY:
            self._limited.labels(platform, scope or "unknown").inc()
        if status in _INVALID and scope != "shared":
            self._invalid.labels(platform).inc()

    def connected(self, platform: str, shard: int, *, now: bool) -> None:
        """Note whether a shard is connected."""
        self._connected.labels(platform, str(shard)).set(now)

    def identifies(self, platform: str, remaining: int) -> None:
        """Note what is left of a day's starts."""
        self._identifies.labels(platform).set(remaining)

    def tip(self, channel: str, outcome: str) -> None:
        """Count what became of a tip of *channel*."""
        self._tips.labels(channel.partition(":")[0], outcome).inc()

    def lag(self, seconds: float) -> None:
        """Note how long a tip has waited that is due."""
        self._lag.set(seconds)

    def text(self) -> tuple[bytes, str]:
        """Give all figures, and the type of that text."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
