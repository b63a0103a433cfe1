"""A declarative compiler for neural network architectures.

Public names are imported lazily, so that the command line starts fast.
"""

_HOMES = {
    "Apply": "graph.rewriting",
    "Change": "graph.rewriting",
    "Diagnostic": "diagnostic",
    "Graph": "graph",
    "GraphBuilder": "graph",
    "Kind": "graph",
    "Node": "graph",
    "Operator": "operator",
    "Overrides": "language.document.overrides",
    "SpecError": "diagnostic",
    "Template": "graph",
    "TensorType": "tensor",
    "Wire": "graph",
    "__version__": "version",
    "build": "api",
    "check": "checked",
    "count": "analysis.count",
    "diff": "api",
    "draw": "api",
    "emit": "api",
    "import_model": "importing.importing",
    "interpret": "interpreter.interpret",
    "load": "checked",
    "operators": "",
    "optimize": "passes.optimize",
    "raise_spec": "raising.raised",
    "unparse": "language.formatting.unparse",
    "verify": "verification.verify",
}

__all__ = tuple(_HOMES)


def __dir__() -> list[str]:
    return sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Import a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = _HOMES[name]
    return (
        getattr(import_module(f"{__name__}.{home}"), name)
        if home
        else import_module(f"{__name__}.{name}")
    )
