"""The server in a real editor: Neovim, without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import PROGRAM, ROOT

NEOVIM = shutil.which("nvim")
SCRIPT = Path(__file__).with_name("neovim.lua")
SPEC = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork:\n  - cnov 3x3 4 /2\n"
PATIENCE = 60


@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed: apt-get install neovim")
def test_neovim_shows_what_is_wrong_until_it_is_mended(tmp_path: Path) -> None:
    """A kernel of 3 x 3 over 3 channels for each of 4 filters, and 4 numbers of bias."""
    assert NEOVIM is not None
    spec = tmp_path / "net.yaml"
    spec.write_text(SPEC)
    server = [sys.executable, "-c", PROGRAM, "lsp"]
    given = ", ".join(map(json.dumps, (str(spec), *server)))
    lua = f"lua arg = {{ {given} }}; dofile({json.dumps(str(SCRIPT))})"
    done = subprocess.run(
        [NEOVIM, "--headless", "--clean", "-n", "-c", lua],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATIENCE": str(PATIENCE)},
        timeout=4 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr.decode()
    shown = json.loads(done.stdout)
    assert shown["filetype"] == "yaml"
    assert [(each["line"], each["code"]) for each in shown["before"]] == [(5, "word/unknown")]
    assert "did you mean `conv`" in shown["before"][0]["message"]
    assert shown["after"] == []
    assert "8x8x3 -> **4x4x4**; 112 parameters, 1,728 MACs" in shown["hover"]
