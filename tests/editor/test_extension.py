"""The extension for Visual Studio Code, as far as it can be seen without one."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from archspec.version import __version__
from tests.commands.running import ROOT

FOLDER = ROOT / "editors/vscode"
MANIFEST = json.loads((FOLDER / "package.json").read_text())
NODE = shutil.which("node")


def test_documents_stay_yaml_so_that_other_extensions_keep_working() -> None:
    assert MANIFEST["activationEvents"] == ["onLanguage:yaml"]
    assert "languages" not in MANIFEST["contributes"]


def test_it_starts_the_verb_unless_the_user_says_otherwise_outside_of_the_folder() -> None:
    setting = MANIFEST["contributes"]["configuration"]["properties"]["archspec.command"]
    assert setting["default"] == ["archspec", "lsp"]
    assert setting["scope"] == "machine"  # the settings of a stranger's folder start nothing


def test_it_has_the_version_of_the_package() -> None:
    assert MANIFEST["version"] == __version__


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_it_is_javascript() -> None:
    assert NODE is not None
    subprocess.run([NODE, "--check", str(FOLDER / MANIFEST["main"])], check=True)
