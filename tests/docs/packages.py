"""Python in a folder, with packages on its path that look as if they were installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = "from archspec.commands.main import main; main()"


def run(folder: Path, path: tuple[Path, ...], *arguments: str) -> str:
    """Run Python in a folder with some folders on its path; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return (done.stdout + done.stderr).strip("\n")


def install(project: Mapping[str, Any], folder: Path) -> None:
    """Leave what an installation of a project leaves: its name and its entry points."""
    information = folder / f"{str(project['name']).replace('-', '_')}-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Name: {project['name']}\nVersion: 1.0\n", "utf-8")
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    )
    (information / "entry_points.txt").write_text("".join(groups), "utf-8")
