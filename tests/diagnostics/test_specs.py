"""What a user sees of broken specs, from the first line to the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import ROOT, run
from tests.golden_files import Golden

HERE = Path(__file__).parent
SPECS = sorted((HERE / "specs").glob("*.yaml"))


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_a_broken_spec_looks_like_this(
    spec: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    result = run("check", spec.name)
    assert result.exit_code == (0 if spec.stem == "warnings" else 1)
    golden.assert_kept(HERE / "shown" / f"{spec.stem}.txt", result.stdout)


@pytest.mark.parametrize("name", ["inception_resnet_v2", "inception_v4"])
def test_the_errors_of_the_paper_look_like_this(
    name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    result = run("check", f"specs/as_printed/{name}.yaml")
    assert result.exit_code == 1
    golden.assert_kept(HERE / "shown" / f"as_printed_{name}.txt", result.stdout)


def test_a_workflow_on_github_marks_the_lines(
    golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    spec = "specs/as_printed/inception_resnet_v2.yaml"
    golden.assert_kept(
        HERE / "shown" / "github.txt", run("check", spec, "--format", "github").stdout
    )
