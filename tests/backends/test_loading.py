"""Backends are found by their entry point; a broken one harms no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archspec import operators as _registers  # noqa: F401
from archspec.backend import Backend, Runtime, backend, installed
from archspec.diagnostic import SpecError
from archspec.operator import operators
from archspec.operators.identity import Identity
from archspec.operators.scale import Scale
from archspec.tensor import TensorType
from tests.conformance.small import single
from tests.conformance.specs import graph_of

ROOT = Path(__file__).parents[2]


def offer(folder: Path, name: str, target: str, module: str = "") -> None:
    """Install a package that offers a backend, into a folder on the path."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[archspec.backends]\n{name} = {target}\n")
    (folder / f"{name}_package.py").write_text(module)


@pytest.fixture
def strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder whose packages are installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def refusal(name: str) -> str:
    with pytest.raises(SpecError) as caught:
        backend(name)
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code}: {diagnostic.message}"


def test_an_unknown_backend_is_refused_with_those_that_are_installed() -> None:
    assert refusal("pytorch").startswith(
        "backend/unknown: no backend is called `pytorch`; installed: "
    )
    assert "torch" in refusal("pytorch")


def test_a_backend_that_fails_at_import_is_listed_as_broken_beside_the_others(
    strangers: Path,
) -> None:
    offer(strangers, "broken", "broken_package:backend", "raise RuntimeError('no luck')\n")
    found = {each.name: each for each in installed()}
    assert found["broken"].backend is None
    assert found["broken"].trouble == "RuntimeError: no luck"
    assert found["torch"].backend is not None
    assert refusal("broken") == (
        "backend/broken: the backend `broken` cannot be loaded: RuntimeError: no luck"
    )


def test_a_backend_that_ends_the_program_at_import_is_broken_like_any_other(
    strangers: Path,
) -> None:
    offer(strangers, "leaving", "leaving_package:backend", "import sys\nsys.exit(3)\n")
    assert refusal("leaving") == (
        "backend/broken: the backend `leaving` cannot be loaded: SystemExit: 3"
    )


def test_of_a_long_story_of_trouble_the_first_line_is_told(strangers: Path) -> None:
    offer(strangers, "long", "long_package:backend", "raise RuntimeError('once\\nupon\\na time')\n")
    (found,) = [each for each in installed() if each.name == "long"]
    assert found.trouble == "RuntimeError: once"


@pytest.mark.parametrize(
    ("target", "module"),
    [
        ("absent_package:backend", ""),
        ("lacking_package:backend", ""),
        ("odd_package:backend", "backend = 3\n"),
    ],
)
def test_a_backend_that_is_none_is_listed_as_broken(
    strangers: Path, target: str, module: str
) -> None:
    name = target.removesuffix("_package:backend")
    offer(strangers, name, target, module)
    if name == "absent":
        (strangers / "absent_package.py").unlink()
    (found,) = [each for each in installed() if each.name == name]
    assert found.backend is None
    assert found.trouble


def test_a_strangers_backend_comes_through_the_same_door(strangers: Path) -> None:
    module = (
        "from archspec.backend import Backend\n"
        "def write(backend, graph):\n    return f'a model of {graph.name}'\n"
        "def start():\n    raise ImportError('no framework here')\n"
        "from archspec.operators.identity import Identity\n"
        "backend = Backend('strange', 'Strange', 'strange', write, start)\n"
        "backend.lowers(Identity)(lambda use: None)\n"
    )
    offer(strangers, "strange", "strange_package:backend", module)
    found = backend("strange")
    assert found.emit(single(Identity(), (TensorType((4,)),))) == "a model of single"
    with pytest.raises(SpecError, match="running a model with strange needs Strange"):
        found.runtime()


def failing() -> Runtime:
    raise AttributeError("module 'numpy' has no attribute 'long'")


def test_a_framework_whose_start_fails_is_as_good_as_not_installed() -> None:
    strange = Backend("strange", "Strange", "strange", lambda *_: "", failing)
    with pytest.raises(SpecError) as caught:
        strange.runtime()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "backend/no-framework"
    assert diagnostic.message.endswith(
        "Strange: AttributeError: module 'numpy' has no attribute 'long'"
    )


@pytest.mark.parametrize(
    ("extra", "wanted"),
    [
        ("torch", "in a checkout of archspec, pip install '.[torch]'"),
        ("other[gpu]", "pip install 'other[gpu]'"),
    ],
)
def test_the_extra_to_install_is_archspecs_or_that_of_the_backends_own_package(
    extra: str, wanted: str
) -> None:
    strange = Backend("strange", "Strange", extra, lambda *_: "", failing)
    with pytest.raises(SpecError) as caught:
        strange.runtime()
    assert caught.value.diagnostics[0].help == wanted


def test_what_a_framework_raises_becomes_a_diagnostic_and_its_cause_is_kept() -> None:
    strange = Backend("strange", "Strange", "strange", lambda *_: "", failing)
    with pytest.raises(SpecError) as caught, strange.attempt("run small on cpu"):
        raise MemoryError("17 GiB\nare too many")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "backend/failed"
    assert diagnostic.message == "Strange could not run small on cpu: MemoryError: 17 GiB"
    assert isinstance(caught.value.__cause__, MemoryError)


def test_an_operator_without_a_rule_is_refused_with_the_line_that_uses_it() -> None:
    empty = Backend("empty", "Empty", "empty", lambda *_: "", lambda: NotImplemented)
    empty.refuses = {Scale: "it cannot multiply"}
    with pytest.raises(SpecError) as caught:
        empty.emit(graph_of("network: [relu as a, scale 2]\n"))
    diagnostic = caught.value.diagnostics[-1]
    assert diagnostic.code == "backend/refused"
    assert "it cannot multiply" in diagnostic.message
    assert diagnostic.span is not None
    assert diagnostic.span.source.line(diagnostic.span.line)[diagnostic.span.start :] == "scale 2]"


def test_an_operator_has_one_rule_in_a_backend() -> None:
    empty = Backend("empty", "Empty", "empty", lambda *_: "", lambda: NotImplemented)
    empty.lowers(Identity)(lambda use: use)
    with pytest.raises(TypeError, match="two rules for identity"):
        empty.lowers(Identity)(lambda use: use)


@pytest.mark.parametrize("name", [each.name for each in installed()])
def test_a_backend_answers_for_every_operator_with_a_rule_or_a_reason(name: str) -> None:
    found = backend(name)
    answered = {*found.rules, *found.refuses}
    assert [each.word for each in operators().values() if each not in answered] == []
    assert [each.word for each in found.rules if each in found.refuses] == []


def test_without_the_framework_a_model_is_emitted_and_running_it_names_the_extra() -> None:
    code = (
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "import archspec\n"
        "from archspec.backend import backend\n"
        "graph = archspec.load('specs/inception_v4.yaml')\n"
        "assert 'class InceptionV4' in archspec.emit(graph, 'torch')\n"
        "try:\n    archspec.build(graph, 'torch')\n"
        "except archspec.SpecError as error:\n    print(error.diagnostics[0])\n"
    )
    paths = f"{ROOT}:{ROOT}/backends"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "backend/no-framework" in done.stdout
    assert "in a checkout of archspec, pip install '.[torch]'" in done.stdout
