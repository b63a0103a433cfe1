from archspec import operators
from archspec.api import build, check, count, diff, draw, emit, load
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, GraphBuilder, Kind, Node, Template, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.importing.importing import import_model
from archspec.interpreter.interpret import interpret
from archspec.language.document.overrides import Overrides
from archspec.language.formatting.unparse import unparse
from archspec.operator import Operator
from archspec.passes.optimize import optimize
from archspec.raising.raised import raise_spec
from archspec.tensor import TensorType
from archspec.verification.verify import verify
from archspec.version import __version__

__all__ = (
    "Apply",
    "Change",
    "Diagnostic",
    "Graph",
    "GraphBuilder",
    "Kind",
    "Node",
    "Operator",
    "Overrides",
    "SpecError",
    "Template",
    "TensorType",
    "Wire",
    "__version__",
    "build",
    "check",
    "count",
    "diff",
    "draw",
    "emit",
    "import_model",
    "interpret",
    "load",
    "operators",
    "optimize",
    "raise_spec",
    "unparse",
    "verify",
)
