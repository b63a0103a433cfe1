"""The machine that measures, as far as it tells."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import NamedTuple

_PROCESSORS = Path("/proc/cpuinfo")
_NAME = "model name"


class Machine(NamedTuple):
    """A machine: its processor, the cores that this process may use, how busy they are.

    ``load`` is the number of processes that ran or waited, on average over the last minute; None
    where the system does not tell.
    """

    processor: str
    cores: int
    system: str
    python: str
    load: float | None

    @property
    def is_busy(self) -> bool:
        """Whether others compute here, too: candidates then wait for them."""
        return self.load is not None and self.load > self.cores / 2


def machine() -> Machine:
    """Describe this machine."""
    return Machine(
        _processor(),
        _cores(),
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def _processor() -> str:
    if _PROCESSORS.is_file():
        for line in _PROCESSORS.read_text("utf-8", "replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == _NAME:
                return value.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
