"""The operators, one file each or one small family; lying here is being registered.

``operators.Conv2d`` is the operator ``conv2d``, and so for all, those of other packages included.
"""

from importlib import import_module
from pathlib import Path

from archspec.operator import Operator
from archspec.operator import operators as _registered

for _file in sorted(Path(__path__[0]).glob("[!_]*.py")):
    import_module(f"{__name__}.{_file.stem}")


def __getattr__(name: str) -> type[Operator]:
    """Return an operator by the name of its class."""
    for operator in _registered().values():
        if operator.__name__ == name:
            return operator
    raise AttributeError(f"there is no operator {name}")
