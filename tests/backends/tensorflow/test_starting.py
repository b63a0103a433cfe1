"""Starting TensorFlow, each time in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.backends.tensorflow.zoo import ROOT

pytestmark = pytest.mark.skipif(
    find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)


MINE = """\
import sys
print("printed", file=sys.stderr)
import tensorflow

def model():
    tensorflow.get_logger().error("logged")
    return tensorflow.zeros(3) + 1
"""


def started(
    code: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run some Python that has found the backend."""
    start = "from archspec.diagnostic import SpecError\nfrom archspec_tensorflow import backend\n"
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT}/backends"}
    return subprocess.run(
        [sys.executable, "-c", start + code],
        cwd=folder,
        env={**os.environ, **paths, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_printed_but_the_version_that_was_asked_for() -> None:
    done = started("print(backend.runtime().version)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("keras 3.")
    assert done.stderr == ""


def test_errors_of_the_program_are_printed_afterwards() -> None:
    done = started("import sys\nbackend.runtime()\nprint('told', file=sys.stderr)")
    assert done.stderr == "told\n"


def test_code_of_a_user_that_imports_it_prints_what_it_says_itself(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    code = (
        "from archspec.backend import calling\nprint(calling.call(calling.find('mine:model'), {}))"
    )
    done = started(code, tmp_path)
    assert done.stdout.startswith("tf.Tensor([1. 1. 1.]")
    assert done.stderr == "printed\nERROR:tensorflow:logged\n"


def test_a_program_without_standard_error_starts_it_too() -> None:
    done = started("import os\nos.close(2)\nbackend.runtime()\nprint('started')")
    assert done.stdout == "started\n"


def test_keras_on_another_framework_is_refused_with_a_way_out() -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    code = "try:\n    backend.runtime()\nexcept SpecError as error:\n    print(error)"
    done = started(code, KERAS_BACKEND="torch")
    assert "backend/keras" in done.stdout
    assert "Keras runs on torch in this process" in done.stdout
