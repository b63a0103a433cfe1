"""Foreign text on a terminal, in JSON, Markdown and annotations: nothing in it is obeyed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy
import pytest
from safetensors.numpy import save_file

from tests.commands.running import run
from tests.repositories import SMALL, Repository

ODD = "\x1b[31m\u202e\x9b\u2066\u2028\u200b\x07"
"""A colour, controls of direction and of 8 bits, an end of a line, a blank of no width, a bell."""

WRITTEN = "\\e[31m\\u202e\\x9b\\u2066\\u2028\\u200b\\a"
"""The same in a quoted text of YAML."""

FILE = f"odd{ODD}.yaml"
SPEC = f"""\
archspec: 1
name: small
source: "from {WRITTEN}"
doc: "about {WRITTEN}"
input: 8x8x4
blocks:
  unit: {{source: "from {WRITTEN}", doc: "about {WRITTEN}", steps: [conv 3x3 8, relu]}}
network:
  - unit
  - global_avg_pool
  - dense 10 as logits
"""
BROKEN = {
    "expression": ("conv 3x3 8", f'"conv {WRITTEN} 8"'),
    "word": ("relu", f'"relu{WRITTEN}"'),
    "key": ("blocks:", f'"k{WRITTEN}": 1\nblocks:'),
    "import": ("blocks:", f'import: {{"x{WRITTEN}.yaml": [a]}}\nblocks:'),
    "name": ("as logits", f'"as {WRITTEN}"'),
    "input": ("8x8x4", f'"8x8{WRITTEN}"'),
    "raw": ("network:", f"network{ODD}:"),
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Make a repository of odd names and texts, in which the spec has changed; stand in it."""
    found = Repository.made(tmp_path / "clone")
    monkeypatch.chdir(found.root)
    found.write(FILE, SPEC)
    for kind, (old, new) in BROKEN.items():
        found.write(f"broken/{kind}{ODD}.yaml", SPEC.replace(old, new))
    found.write(f"long{ODD}.yaml", SMALL.replace("conv 3x3 8", "conv 3x3 filters=8"))
    found.commit(f"Evil {ODD} subject")
    found.change(FILE, "dense 10", "dense 20")
    save_file({f"x{ODD}": numpy.zeros(3, "f4")}, "w.safetensors")
    return found


def unseen(text: str) -> set[str]:
    return {each for each in text if not each.isprintable() and each != "\n"}


ORDERS = {
    **{f"{verb} text": (verb, FILE) for verb in ("check", "show", "count", "log", "draw")},
    **{f"{verb} json": (verb, FILE, "--format", "json") for verb in ("check", "show", "log")},
    **{
        f"diff {form}": ("diff", f"HEAD:{FILE}", FILE, "--format", form)
        for form in ("text", "markdown", "json", "dot", "mermaid")
    },
    "emit": ("emit", FILE, "--backend", "torch"),
    "curve": ("log", FILE, "-o", "-"),
    "explain": ("explain", ODD),
    "fmt": ("fmt", "--check", f"long{ODD}.yaml"),
    "fmt diff": ("fmt", "--diff", f"long{ODD}.yaml"),
    "review": ("git", "review", "HEAD"),
    "review of nothing": ("git", "review", ODD),
    "install": ("git", "install"),
    "inspect": ("weights", "inspect", "w.safetensors"),
    "inspect json": ("weights", "inspect", "w.safetensors", "--format", "json"),
    "import": ("weights", "import", "w.safetensors", "--spec", FILE, "--partial"),
    "publisher": ("weights", "export", "w.safetensors", "--spec", FILE, "--to", ODD, "-o", "x.h5"),
    "verb": (ODD,),
    "zoo": ("check", f"zoo:{ODD}"),
    "module": ("draw", FILE, "--module", ODD),
    "ending": ("draw", FILE, "-o", ODD),
    "output": ("emit", FILE, "--backend", "torch", "-o", f"no{ODD}/x.py"),
    "stale": ("draw", FILE, "--check", FILE),
    "set": ("count", FILE, "--set", f"a{ODD}=3"),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_what_a_terminal_would_obey_is_escaped(
    order: tuple[str, ...], repository: Repository
) -> None:
    found = run(*order)
    assert found.exception is None or isinstance(found.exception, SystemExit)
    assert unseen(found.stdout) == unseen(found.stderr) == set()
    assert found.output
    assert repository.root.exists()


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_diagnostics_of_odd_texts_are_escaped(kind: str, form: str, repository: Repository) -> None:
    found = run("check", f"broken/{kind}{ODD}.yaml", "--format", form)
    assert found.exit_code == 1
    assert unseen(found.output) == set()
    assert repository.root.exists()


def test_what_json_escapes_is_read_as_what_it_was(repository: Repository) -> None:
    assert json.loads(run("show", FILE, "--format", "json").stdout)["spec"] == FILE
    tensors = json.loads(run("weights", "inspect", "w.safetensors", "--format", "json").stdout)
    assert tensors["tensors"][0]["name"] == f"x{ODD}"
    assert repository.root.exists()


def test_an_annotation_of_a_workflow_is_one_line_whatever_is_in_it(repository: Repository) -> None:
    text = SMALL.replace("dense 10", '"dense\\n::error::forged 10"')
    repository.write("specs/net.yaml", text)
    lines = run("check", "specs/net.yaml", "--format", "github").stdout.splitlines()
    assert all(line.startswith("::error file=specs/net.yaml,") for line in lines)
