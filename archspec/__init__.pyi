from archspec.api import build, check, count, draw, emit, load
from archspec.diagnostic import SpecError
from archspec.diff.comparison import compare
from archspec.graph import Graph
from archspec.language.overrides import Overrides
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
    "compare",
    "count",
    "draw",
    "emit",
    "load",
)
