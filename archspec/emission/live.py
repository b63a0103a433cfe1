"""Emitted sources as modules that run."""

from __future__ import annotations

import linecache
import sys
from hashlib import sha256
from types import ModuleType


def execute(source: str, name: str) -> ModuleType:
    """Execute an emitted source as a module of its own, whose lines tracebacks can show."""
    title = f"archspec_{name}_{sha256(source.encode()).hexdigest()[:12]}"
    if title in sys.modules:
        return sys.modules[title]
    file = f"<{title}>"
    module = ModuleType(title)
    lines = source.splitlines(keepends=True)
    linecache.cache[file] = (len(source), None, lines, file)
    exec(compile(source, file, "exec"), module.__dict__)  # noqa: S102 - archspec wrote it
    sys.modules[title] = module
    return module
