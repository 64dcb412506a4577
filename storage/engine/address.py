"""Parsing of the database address in DATABASE_URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_EXAMPLE = "It must look like postgresql://user:password@host/database"
INVALID_ADDRESS = (
    "The database's address must look like sqlite:///data/results.db or postgresql://host/db"
)

# Options of libpq that asyncpg accepts in an address, too.
_ASYNCPG_OPTIONS = frozenset(
    "host port user password passfile dbname database sslmode sslcert sslkey sslrootcert sslcrl "
    "sslpassword ssl_min_protocol_version ssl_max_protocol_version target_session_attrs krbsrvname "
    "gsslib service servicefile application_name options".split()
)
# Options that only tune libpq. They are ignored, since the bot's timeouts detect lost connections.
_IGNORED_OPTIONS = frozenset(
    "keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout".split()
)
_OWN_OPTIONS = frozenset({"connect_timeout", "pgbouncer", "pool_size"})
DEFAULT_POOL_SIZE = 12  # concurrent writes share a wait for the disk, but too many slow down reads
_ALLOWED_VALUES = {
    "sslmode": {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"},
    "target_session_attrs": {
        "any", "primary", "standby", "read-write", "read-only", "prefer-standby"
    },
    "pgbouncer": {"true", "false"},
}  # fmt: skip
_PORT_LIMIT = 65_536
_FILE_OPTIONS = ("sslcert", "sslkey", "sslrootcert", "sslcrl", "passfile")
# Options that asyncpg doesn't have, with the values that equal its behavior.
_DEFAULT_ONLY_OPTIONS = {
    "channel_binding": {"prefer", "disable"},
    "gssencmode": {"prefer", "disable"},
    "client_encoding": {"utf8", "utf-8", "auto"},
}


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """The address of a SQLite database: its file, and the parameters of SQLite's `file:` URI."""

    path: Path
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """The address of a PostgreSQL database in the form that asyncpg accepts."""

    dsn: str = field(repr=False)
    connect_timeout: float | None  # seconds
    behind_pooler: bool
    """True if a pooler such as pgbouncer may use another connection for each transaction."""
    pool_size: int
    """The maximum number of open connections."""


def parse_address(address: str) -> SqliteAddress | PostgresAddress:
    """Parse ``sqlite:///path`` or ``postgresql://…``; raise ValueError for any other address.

    The message never quotes the address, which may hold a password.
    """
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        readable = parts.port != 0 and "\0" not in unquote(
            address
        )  # reading the port may raise ValueError
    except ValueError:
        raise ValueError(INVALID_ADDRESS) from None
    kind = parts.scheme.partition("+")[0]
    if readable and kind == "sqlite":
        # Three slashes make a relative path, four an absolute one.
        path = unquote(parts.path.removeprefix("/"))
        if not path or path == ":memory:" or parts.netloc:
            raise ValueError(INVALID_ADDRESS)
        return SqliteAddress(_resolve_path(path), {"mode": "rw", **options})
    if readable and kind in {"postgresql", "postgres"}:
        return _parse_postgres(parts.netloc, parts.path, options)
    raise ValueError(INVALID_ADDRESS)


def _resolve_path(path: str) -> Path:
    """Return *path* with symbolic links followed to the real file.

    SQLite creates its other files beside the real file.
    """
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError):  # a symlink loop, or a NUL
        raise ValueError(INVALID_ADDRESS) from None


def _parse_postgres(netloc: str, path: str, options: Mapping[str, str]) -> PostgresAddress:
    passed = {name: value for name, value in options.items() if name in _ASYNCPG_OPTIONS}
    for name, value in options.items():
        if name in _DEFAULT_ONLY_OPTIONS and value.lower() not in _DEFAULT_ONLY_OPTIONS[name]:
            raise ValueError(f"The database's address sets {name} to a value that isn't supported.")
        if name not in {*passed, *_DEFAULT_ONLY_OPTIONS, *_IGNORED_OPTIONS, *_OWN_OPTIONS}:
            raise ValueError(
                f"The database's address has the option {name[:40]!r}, which isn't supported. "
                "Remove it."
            )
    timeout, connections = options.get("connect_timeout"), options.get("pool_size")
    if timeout is not None and not timeout.isdecimal():
        raise ValueError(
            "The database's address has a connect_timeout that isn't a number of seconds."
        )
    if connections is not None and not (connections.isdecimal() and int(connections)):
        raise ValueError("The database's address has a pool_size that isn't a number above 0.")
    _check_values(options)
    if "service" not in options:
        _check_names(netloc.rpartition("@")[2] or options.get("host"), path.strip("/"), options)
    query = f"?{urlencode(passed)}" if passed else ""
    return PostgresAddress(
        f"postgresql://{netloc}{path}{query}",
        float(timeout) if timeout else None,
        options.get("pgbouncer") == "true",
        int(connections or DEFAULT_POOL_SIZE),
    )


def _check_names(server: str | None, database: str, options: Mapping[str, str]) -> None:
    """Raise ValueError unless the address names both the server and the database.

    If a name is missing, libpq uses this machine as the server, or the user's name as the database.
    """
    if not server:
        raise ValueError(f"The database's address doesn't name a server. {_EXAMPLE}")
    if not database and not {"dbname", "database"} & options.keys():
        raise ValueError(f"The database's address doesn't name a database. {_EXAMPLE}")


def _check_values(options: Mapping[str, str]) -> None:
    """Raise ValueError if an option has an invalid value or names a file that doesn't exist."""
    for name, allowed in _ALLOWED_VALUES.items():
        if name in options and options[name] not in allowed:
            known = ", ".join(sorted(allowed))
            raise ValueError(f"The {name} in the database's address has to be one of {known}.")
    for name in _FILE_OPTIONS:
        if name in options and not Path(options[name]).is_file():
            raise ValueError(f"The {name} in the database's address isn't an existing file.")
    port = options.get("port", "5432")
    if not (port.isdecimal() and 0 < int(port) < _PORT_LIMIT):
        raise ValueError("The database's address has a port that isn't a number from 1 to 65535.")
