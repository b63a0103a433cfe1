from archspec.api import build, check, count, draw, emit, load
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.version import __version__

__all__ = ("Graph", "SpecError", "__version__", "build", "check", "count", "draw", "emit", "load")
