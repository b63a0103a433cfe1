"""How many random specs are tried: ``ARCHSPEC_SEEDS=20`` tries twenty times as many."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("ARCHSPEC_SEEDS", "1"))


def seeds(usual: int) -> range:
    """List the seeds of a test that usually takes so many."""
    return range(usual * TIMES)
