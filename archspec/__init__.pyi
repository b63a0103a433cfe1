from archspec.api import build, check, count, diff, draw, emit, load
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from archspec.version import __version__

__all__ = (
    "Graph",
    "Overrides",
    "SpecError",
    "TensorType",
    "__version__",
    "build",
    "check",
    "count",
    "diff",
    "draw",
    "emit",
    "interpret",
    "load",
)
