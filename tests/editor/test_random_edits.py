"""Whatever is typed, the answers are those for the text as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.seeds import seeds
from tests.editor.opened import NET
from tests.editor.random_edits import stale
from tests.editor.test_names import PARTS, USER


@pytest.mark.parametrize("seed", seeds(4))
def test_no_edit_of_a_network_breaks_or_outdates_an_answer(seed: int, tmp_path: Path) -> None:
    assert stale((tmp_path / "net.yaml").resolve(), NET, seed, 40) == []


@pytest.mark.parametrize("seed", seeds(2))
def test_no_edit_of_a_file_that_imports_another_does(seed: int, tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    assert stale((tmp_path / "user.yaml").resolve(), USER, seed, 40) == []
