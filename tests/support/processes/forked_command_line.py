"""The command line in forks of a process that has imported everything, which saves most of a start.

Without this, each start takes a second. What a start itself does wrong is found by tests that run
``python -m bot``.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[3]
TIMEOUT = 60


def run_forked(
    *args: str, typed: str, folder: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot`` with *args* in *folder*, and return its output and exit code."""
    (given, write), (out, printed), (err, complained) = os.pipe(), os.pipe(), os.pipe()
    request = {"args": args, "folder": str(folder), "env": dict(env)}
    theirs = (given, printed, complained)
    socket.send_fds(_server(), [json.dumps(request).encode() + b"\n"], theirs)
    for each in theirs:
        os.close(each)
    with ThreadPoolExecutor(3) as threads:
        threads.submit(_write, write, typed)
        texts = [threads.submit(_read, each) for each in (out, err)]
        code = _server().recv(100)
    assert code, "the process that forks has ended"
    return subprocess.CompletedProcess(args, int(code), *(each.result() for each in texts))


def _write(end: int, text: str) -> None:
    with suppress(BrokenPipeError), open(end, "w", encoding="utf-8") as pipe:
        pipe.write(text)


def _read(end: int) -> str:
    with open(end, encoding="utf-8") as pipe:
        return pipe.read()


@cache
def _server() -> socket.socket:
    ours, theirs = socket.socketpair()
    path = f"{ROOT}:{ROOT / 'tests' / 'support'}"
    server = subprocess.Popen(
        [sys.executable, "-m", "processes.forked_command_line"], cwd=ROOT, stdin=theirs.fileno(),
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def _serve() -> None:
    """Run a fork for each request; send its exit code."""
    _import_everything()
    requests = socket.socket(fileno=os.dup(0))
    while True:
        request, fds, *_ = socket.recv_fds(requests, 1 << 20, 3)
        while request and not request.endswith(b"\n"):
            request += requests.recv(1 << 20)
        if not request:
            return
        child = os.fork()
        if child == 0:
            requests.close()
            _become(json.loads(request), fds)
        for each in fds:
            os.close(each)
        with _killed_after(child, TIMEOUT):
            _, status = os.waitpid(child, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_everything() -> None:
    from bot.cli import bootstrap  # noqa: PLC0415  # not in the tests' process

    bootstrap.import_structlog()
    import adapters.terminal  # noqa: PLC0415
    import bot.app  # noqa: PLC0415
    import bot.cli.main  # noqa: PLC0415
    import bot.ops.content_lint  # noqa: PLC0415
    import bot.ops.doctor  # noqa: PLC0415
    import bot.ops.settings  # noqa: PLC0415
    import storage  # noqa: PLC0415

    del adapters, storage
    bot.app.discover_commands(bot.commands)  # type: ignore[attr-defined]
    gc.freeze()


@contextmanager
def _killed_after(child: int, seconds: int) -> Iterator[None]:
    """Kill the process *child* if the block takes too long."""
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(seconds)
    yield
    signal.alarm(0)


def _become(request: Mapping[str, Any], fds: Iterable[int]) -> NoReturn:
    """Run the command line as a new process would."""
    for number, each in enumerate(fds):
        os.dup2(each, number)
        os.close(each)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["args"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
    raise SystemExit(0)


if __name__ == "__main__":
    _serve()
