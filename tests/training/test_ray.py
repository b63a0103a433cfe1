"""A training on Ray gives the weights that one process gives."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands.running import ROOT, process, run
from tests.training import networks
from tests.training.test_processes import PLAIN, furthest

pytest.importorskip("torch")
HAS_RAY = find_spec("ray") is not None
OPTIONS = ("--data", "synthetic:96", "--device", "cpu")


@pytest.mark.slow  # Ray needs half a minute to start
@pytest.mark.skipif(not HAS_RAY, reason="ray is not installed")
def test_two_processes_on_ray_give_the_weights_of_one(tmp_path: Path) -> None:
    network, recipe = networks.write(tmp_path, networks.RECIPE + "synchronized: true\n", PLAIN)
    told = ("train", network, "--recipe", recipe, *OPTIONS)
    for output, options in (("one", ()), ("ray", ("--on", "ray", "--processes", "2"))):
        path = f"{ROOT}{os.pathsep}{ROOT / 'backends'}"
        ended = process(*told, "-o", tmp_path / output, *options, seconds=300, PYTHONPATH=path)
        assert ended.returncode == 0, ended.stderr.decode()
    assert furthest(tmp_path / "one", tmp_path / "ray") < 1e-4


@pytest.mark.skipif(HAS_RAY, reason="ray is installed")
def test_without_ray_it_is_said_how_it_is_installed(tmp_path: Path) -> None:
    network, recipe = networks.write(tmp_path)
    told = ("train", network, "--recipe", recipe, *OPTIONS, "-o", tmp_path / "run")
    found = run(*told, "--on", "ray")
    assert found.exit_code == 2
    assert "--on ray needs ray, which is not installed: " in found.stderr
    assert "pip install '.[ray]'" in found.stderr


def test_ray_is_refused_for_another_framework(tmp_path: Path) -> None:
    network, recipe = networks.write(tmp_path)
    told = ("train", network, "--recipe", recipe, *OPTIONS, "-o", tmp_path / "run")
    found = run(*told, "--on", "ray", "--backend", "tensorflow")
    assert found.exit_code == 2
    assert "--on ray starts PyTorch only, not" in found.stderr
