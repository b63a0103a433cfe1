"""The server in Emacs, set up by the lines of the page on editors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import PROGRAM
from tests.docs.pages import DOCS, ROOT, blocks

EMACS = shutil.which("emacs")
LIBRARIES = ("--eval", "(package-initialize)", "-l", "eglot", "-l", "yaml-mode")
SPEC = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork:\n  - conv 3x3 4 /2\n  - cnov 1x1 4\n"
PATIENCE = 240


def emacs(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run Emacs without a screen."""
    if EMACS is None:
        pytest.skip("Emacs is not installed: apt-get install emacs-nox elpa-eglot elpa-yaml-mode")
    command = (EMACS, "--batch", *arguments)
    found = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, env=found, timeout=PATIENCE, check=False)


def test_emacs_shows_what_is_wrong_and_what_a_step_is(tmp_path: Path) -> None:
    """A kernel of 3 x 3 over 3 channels for each of 4 filters, and 4 numbers of bias."""
    if emacs(*LIBRARIES).returncode != 0:
        pytest.skip(
            "eglot and yaml-mode are not installed: apt-get install elpa-eglot elpa-yaml-mode"
        )
    (spec, lines, program) = (tmp_path / name for name in ("net.yaml", "lines.el", "archspec"))
    spec.write_text(SPEC)
    (block,) = (each for each in blocks(DOCS / "editors.md") if each.language == "lisp")
    lines.write_text(block.text)
    program.write_text(f"#!{sys.executable}\n{PROGRAM}\n")
    program.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    given = {"SPEC": str(spec), "LINES": str(lines), "PATH": path, "PYTHONPATH": str(ROOT)}
    done = emacs("-l", str(Path(__file__).with_name("emacs.el")), **given)
    assert done.returncode == 0, done.stderr.decode()
    shown = json.loads(done.stdout)
    (wrong,) = shown["wrong"]
    assert "[word/unknown]" in wrong
    assert "did you mean `conv`" in wrong
    assert "8x8x3 -> **4x4x4**; 112 parameters, 1,728 MACs" in shown["hover"]
