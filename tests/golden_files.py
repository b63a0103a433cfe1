"""Comparing an output with the file that keeps it; ``--refresh-golden`` writes the file anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """Compares texts with files, or writes them where they are to be refreshed."""

    refresh: bool

    def assert_kept(self, file: Path, found: str) -> None:
        """Fail where ``found`` is not what the file keeps, which a review has agreed to."""
        if self.refresh:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(found, "utf-8")
        assert file.exists(), f"{file} is missing: run pytest --refresh-golden and review it"
        assert found == file.read_text("utf-8")
