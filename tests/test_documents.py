"""The pages made from the sources are fresh; ``--refresh-golden`` makes them anew."""

from __future__ import annotations

import pytest

from tests.commands.running import ROOT, run
from tests.golden_files import Golden

PAGES = {
    "docs/backends.md": ("backends", "--format", "markdown"),
    "docs/operators.md": ("operators", "--format", "markdown"),
    "docs/recipe-words.md": ("recipes", "--format", "markdown"),
    "docs/diagnostics.md": ("explain", "--format", "markdown"),
    "docs/schema/archspec-1.json": ("schema",),
    "docs/schema/archspec-recipe-1.json": ("schema", "recipe"),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_made_from_the_sources_is_fresh(page: str, golden: Golden) -> None:
    result = run(*PAGES[page])
    assert result.exit_code == 0
    golden.assert_kept(ROOT / page, result.stdout)
