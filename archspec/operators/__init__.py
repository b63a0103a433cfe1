"""The operators, one file for each or for a small family; every module here is imported.

``operators.Conv2d`` is the class of ``conv2d``; operators of other packages are found as well.
"""

from importlib import import_module
from pathlib import Path

from archspec.operator import Operator
from archspec.operator import operators as _registered

for _file in sorted(Path(__path__[0]).glob("[!_]*.py")):
    import_module(f"{__name__}.{_file.stem}")


def __getattr__(name: str) -> type[Operator]:
    """Look an operator up by the name of its class."""
    for operator in _registered().values():
        if operator.__name__ == name:
            return operator
    raise AttributeError(f"there is no operator {name}")
