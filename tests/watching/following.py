"""A process of ``archspec watch``, and what a browser hears from it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

from tests.commands.running import LISTENING, PROGRAM, ROOT

SPEC = """\
archspec: 1
name: net
input: 32x32x3
network:
  - conv 3x3 16
  - conv 3x3 32 /2 as wide
  - global_avg_pool
  - dense 10
"""
PATIENCE = 20
"""Seconds after which a test gives up."""


class Event(NamedTuple):
    """An event of the server: its name, its id, and its data as JSON."""

    name: str
    id: str
    data: Any


class Following:
    """A running process, the folder of its spec, and the address of its page."""

    def __init__(self, process: subprocess.Popen[str], spec: Path) -> None:
        self.process, self.spec = process, spec
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/\S+/)", process.stdout.readline())
        assert found is not None
        self.port, self.path = int(found[1]), found[2]
        self.url = found[0]

    def get(self, path: str = "", method: str = "GET", **headers: str) -> HTTPResponse:
        """Ask for a path below the secret one."""
        return self.ask(self.path + path, method, **headers)

    def ask(self, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        """Ask for a path; ``Sec_Fetch_Site`` stands for a header with hyphens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        return connection.getresponse()

    def events(self, **headers: str) -> Iterator[Event]:
        """Read events as they come."""
        yield from events(self.get("events", **headers))

    def write(self, text: str) -> None:
        """Save the spec as an editor that writes into the file."""
        self.spec.write_text(text, "utf-8")


def events(stream: HTTPResponse) -> Iterator[Event]:
    """Read the events of a stream."""
    fields: dict[str, str] = {}
    for line in stream:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if line == b":\n":
            yield Event("", "", None)  # the server asks whether we are still there
        elif name:
            fields[name] = value
        elif "event" in fields:
            yield Event(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
            fields = {}


def state(heard: Iterator[Event], is_it: str = "True") -> Any:
    """Wait for a state of which an expression is true: ``broken``, ``change``, ``not broken``."""
    begun = time.monotonic()
    for event in heard:
        if event.name == "state" and eval(is_it, {}, event.data):  # noqa: S307  # of this test
            return event.data
        assert time.monotonic() - begun < PATIENCE
    raise AssertionError("the stream ended")


@contextmanager
def following(folder: Path, text: str = SPEC, *options: str) -> Iterator[Following]:
    """Watch a spec until the test is done with it."""
    spec = folder / "net.yaml"
    spec.write_text(text, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", f"{LISTENING}; {PROGRAM}", "watch", "net.yaml", *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Following(process, spec)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
