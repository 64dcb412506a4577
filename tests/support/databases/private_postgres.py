"""A PostgreSQL server for a single test, which may stop and start it."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp


def postgres_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None if PostgreSQL's server isn't installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in folders if (each / "pg_ctl").exists()), None)


class PostgresServer:
    """A PostgreSQL server with its data in a folder of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        # PostgreSQL refuses to run as root
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--no-locale",
                  "--encoding=UTF8")  # fmt: skip

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "start", "--wait", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        """Stop the server as a crash would: cut every connection at once."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--wait")

    def _run(self, program: str, *args: str) -> None:
        line = [str(self._programs / program), "-D", str(self._folder / "data"), *args]
        subprocess.run(
            line, check=True, user=self._user, cwd=self._folder,
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def private_postgres(programs: Path) -> Iterator[PostgresServer]:
    """Yield a running server; stop it and delete its data at the end of the block."""
    folder = Path(mkdtemp(prefix="crossroads-postgres-"))  # others can't read tmp_path
    server = None
    try:
        server = PostgresServer(folder, programs)
        server.start()
        yield server
    finally:
        if server is not None and (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
