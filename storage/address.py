"""The database's address as admins write it, in the terms of the two drivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

UNREADABLE = (
    "The database's address must look like sqlite:///data/results.db or postgresql://host/db"
)

# What libpq knows and asyncpg reads from an address, too.
_PASSED = frozenset(
    "host port user password passfile dbname database sslmode sslcert sslkey sslrootcert sslcrl "
    "sslpassword ssl_min_protocol_version ssl_max_protocol_version target_session_attrs krbsrvname "
    "gsslib service servicefile application_name options".split()
)
# What only tunes libpq: losing a connection is noticed by our own timeouts.
_TUNING = frozenset(
    "keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout".split()
)
_OURS = frozenset({"connect_timeout", "pgbouncer", "pool_size"})
CONNECTIONS = 20  # writes that come together share the server's wait for its disk
# What asyncpg can't do, with the values that it does anyway.
_ANYWAY = {
    "channel_binding": {"prefer", "disable"},
    "gssencmode": {"prefer", "disable"},
    "client_encoding": {"utf8", "utf-8", "auto"},
}


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """A file, and the options of SQLite's file addresses."""

    path: Path
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """A server, for asyncpg."""

    dsn: str = field(repr=False)
    connect_timeout: float | None  # seconds
    pooled: bool
    """Whether a pooler such as pgbouncer hands out the server's connections by transaction."""
    connections: int
    """How many at most are open at a time."""


def read(address: str) -> SqliteAddress | PostgresAddress:
    """Read an address; raises ValueError, which never holds a part of it but an option's name."""
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        _ = parts.port  # raises ValueError, too
    except ValueError:
        raise ValueError(UNREADABLE) from None
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite":
        # sqlite:///data/results.db is relative to the folder, sqlite:////data/results.db is not.
        path = unquote(parts.path.removeprefix("/"))
        if not path or path == ":memory:" or parts.netloc:
            raise ValueError(UNREADABLE)
        return SqliteAddress(Path(path).absolute(), {"mode": "rw", **options})
    if kind in {"postgresql", "postgres"}:
        return _postgres(parts.netloc, parts.path, options)
    raise ValueError(UNREADABLE)


def _postgres(netloc: str, path: str, options: Mapping[str, str]) -> PostgresAddress:
    passed = {name: value for name, value in options.items() if name in _PASSED}
    for name, value in options.items():
        if name in _ANYWAY and value.lower() not in _ANYWAY[name]:
            raise ValueError(f"The database's address asks for {name}, which isn't supported.")
        if name not in {*passed, *_ANYWAY, *_TUNING, *_OURS}:
            raise ValueError(
                f"The database's address has the option {name[:40]!r}, which isn't supported: "
                "take it out."
            )
    timeout, connections = options.get("connect_timeout"), options.get("pool_size")
    if timeout is not None and not timeout.isdecimal():
        raise ValueError("The database's address has a connect_timeout that is no seconds.")
    if connections is not None and not (connections.isdecimal() and int(connections)):
        raise ValueError("The database's address has a pool_size that is no number above 0.")
    query = f"?{urlencode(passed)}" if passed else ""
    return PostgresAddress(
        f"postgresql://{netloc}{path}{query}",
        float(timeout) if timeout else None,
        options.get("pgbouncer", "").lower() in {"true", "1", "yes"},
        int(connections or CONNECTIONS),
    )
