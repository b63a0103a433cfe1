"""What a user sees of every kind of error: the wrong examples of ``archspec explain``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archspec.commands.explain.run import Page, pages
from tests.commands.running import run
from tests.golden_files import Golden

HERE = Path(__file__).parent
ABBREVIATED = frozenset(
    {
        "expression/too-long",
        "file/outside-root",
        "file/too-large",
        "syntax/too-long",
        "yaml/character",
        "yaml/depth",
        "yaml/too-large",
        "yaml/values",
    }
)
"""Their wrong examples leave out what is too long to print; test_bad_input.py has them whole."""


def examples(file: str) -> list[tuple[Page, str]]:
    """List the pages of a file with their wrong examples, where those are specs."""
    found = []
    for page in pages().values():
        wrong = re.search(r"Wrong:\n\n```yaml\n(.*?)```", page.text, re.DOTALL)
        if page.file == file and wrong and page.code not in ABBREVIATED:
            found.append((page, wrong[1]))
    return found


def seen(example: str) -> str:
    """Check an example and return what is printed."""
    has_keys = re.search(r"^(network|input)", example, re.MULTILINE)
    whole = example.startswith(("archspec", "recipe")) or not has_keys
    Path("example.yaml").write_text(("" if whole else "archspec: 1\nname: example\n") + example)
    Path("blocks.yaml").write_text("archspec: 1\nblocks: {unit: [conv 3x3 4]}\n")
    return run("check", "example.yaml").stdout


WITH_SPECS = sorted({page.file for page in pages().values() if examples(page.file)})


@pytest.mark.parametrize("file", WITH_SPECS)
def test_the_wrong_examples_of_a_page_look_like_this(
    file: str, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = [f"===== {page.code}\n\n{seen(wrong)}" for page, wrong in examples(file)]
    golden.assert_kept(HERE / "pages" / f"{Path(file).stem}.txt", "\n".join(shown))
