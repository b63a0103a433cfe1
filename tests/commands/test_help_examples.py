"""The examples at the ends of help texts run, as users would run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from archspec import api
from archspec.commands.main import command
from archspec.weights.file import save
from archspec.weights.initial import draw
from tests.commands.running import PROGRAM, ROOT, run
from tests.repositories import SMALL, Repository

LOG = """\
{"step": 9, "epoch": 1, "rate": 0.1, "loss": 2.0, "top1": 0.2}
{"step": 9, "epoch": 1, "test": {"loss": 1.9, "top1": 0.3, "top5": 0.7}}
"""
MODELS = """\
from torch import nn

def net(classes):
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, classes)
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), *head)
"""
SHUFFLENET = "zoo:shufflenet_v2_x1_0"


def examples(given: click.Command) -> Iterator[str]:
    """List the examples of a command and of those under it."""
    lines = (given.epilog or "").replace("\n\n", "\nExample:").split("\n")
    yield from (line.partition("Example:")[2].strip() for line in lines if line)
    if isinstance(given, click.Group):
        context = click.Context(given)
        for name in given.list_commands(context):
            under = given.get_command(context, name)
            assert under is not None
            yield from examples(under)


EXAMPLES = tuple(dict.fromkeys(examples(command)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository with the zoo, and beside it the files that examples speak of."""
    made = tmp_path_factory.mktemp("help")
    shutil.copytree(ROOT / "specs", made / "specs", ignore=shutil.ignore_patterns("as_printed"))
    repository = Repository.made(made)
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.write("old.yaml", SMALL)
    repository.write("new.yaml", SMALL.replace("conv 3x3 8\n", "conv 3x3 16\n", 1))
    graph = api.load(SHUFFLENET)
    save(made / "weights.safetensors", draw(graph), graph)
    repository.write("net.yaml", SMALL)
    small = api.load(text=SMALL)
    save(made / "net.safetensors", draw(small), small)
    for name in ("run-1", "run-2"):
        (made / name).mkdir()
        (made / name / "log.jsonl").write_text(LOG)
    (made / "my_models.py").write_text(MODELS)
    _write_checkpoint(made)
    _write_program(made)
    return made


def _write_checkpoint(folder: Path) -> None:
    """Write weights as torchvision publishes them."""
    import torch
    from safetensors.torch import load_file

    weights, other = folder / "weights.safetensors", folder / "published.safetensors"
    wanted = ("--to", "torchvision", "--spec", SHUFFLENET, "-o", other)
    assert run("weights", "export", weights, *wanted).exit_code == 0
    torch.save(load_file(other), folder / "shufflenet.pth")


def _write_program(folder: Path) -> None:
    """Write the program that a shell finds as ``archspec``."""
    program = folder / "bin" / "archspec"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{PROGRAM}' \"$@\"\n")
    program.chmod(0o755)


def test_every_verb_has_an_example() -> None:
    context = click.Context(command)
    verbs = [str(command.get_command(context, name)) for name in command.list_commands(context)]
    assert len(EXAMPLES) >= len(verbs)
    assert [each for each in EXAMPLES if not re.search(r"\barchspec \w", each)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_of_a_help_text_runs(example: str, folder: Path) -> None:
    if "--check" in example and "draw" in example:
        _run(example.replace("--check", "-o"), folder)
    if "archspec watch" in example:
        example = f"timeout --foreground --preserve-status --signal=INT 6 {example}"  # once
    done = _run(example, folder)
    assert done.returncode == 0, done.stderr[-2000:]


def _run(example: str, folder: Path) -> subprocess.CompletedProcess[str]:
    paths = {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'backends'}",
    }
    return subprocess.run(
        ["bash", "-c", example],
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, **paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
