"""What programs need that train in copies of their process."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

UNUSED = ("matplotlib", "tensorboard")
"""Libraries that a program does without where they are missing; to import them takes seconds."""


def do_without() -> None:
    """Let libraries that are not looked at be missing, as they may be."""
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as found:
        return int(found.getsockname()[1])


def joining(rank: int, rendezvous: dict[str, Any]) -> dict[str, str]:
    """Tell a process which one it is, as torchrun does; one alone is told nothing."""
    if rendezvous["WORLD_SIZE"] == 1:
        os.environ.pop("RANK", None)
        return {}
    return {"RANK": str(rank), "LOCAL_RANK": str(rank)} | {
        key: str(value) for key, value in rendezvous.items()
    }
