"""Words that expand to several operators in sequence; every module here is imported."""

from importlib import import_module
from pathlib import Path

for _file in sorted(Path(__path__[0]).glob("[!_]*.py")):
    import_module(f"{__name__}.{_file.stem}")
