"""Running the command line inside the test, and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from archspec.commands.main import command

ROOT = Path(__file__).parents[2]
PROGRAM = "from archspec.commands.main import main; main()"
LISTENING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A shell's background jobs, and all that they start, ignore interrupts unless told otherwise."""


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run a command in this process, from the folder the test is in."""
    return CliRunner().invoke(command, [str(each) for each in arguments], input=stdin)


def run_json(*arguments: str | Path) -> Any:
    """Run a command that prints json, and read it."""
    return json.loads(run(*arguments, "--format", "json").stdout)


def process(
    *arguments: str | Path, stdin: bytes = b"", seconds: int = 60, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own, from the root of the repository."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=seconds,
    )
