"""PyYAML comes with libyaml's parser or without it, and specs mean the same either way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPECS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*.yaml"))
BROKEN = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/diagnostics/specs").rglob("*.yaml")
)

WITHOUT_LIBYAML = "import sys; sys.modules['yaml._yaml'] = None\n"
READ = """
import sys
from pathlib import Path
import yaml
from archspec.diagnostic import SpecError
from archspec.language.yaml.reader import read
from archspec.source import Source

print(yaml.__with_libyaml__)
for path in map(Path, sys.argv[1:]):
    try:
        print(read(Source(path.name, path.read_text("utf-8"))))
    except SpecError as error:
        print(error.diagnostics)
"""


def reading(code: str, paths: list[str]) -> list[str]:
    """Read files in a new Python; return whether it had libyaml, then what each file gave."""
    command = [sys.executable, "-c", code, *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("paths", [SPECS, BROKEN], ids=["zoo", "broken"])
def test_both_parsers_give_the_same_values_places_and_refusals(paths: list[str]) -> None:
    fast, plain = reading(READ, paths), reading(WITHOUT_LIBYAML + READ, paths)
    assert fast[0] == "True", "PyYAML was built without libyaml, so there is nothing to compare"
    assert plain[0] == "False"
    assert len(plain) == len(paths) + 1
    assert plain[1:] == fast[1:]
