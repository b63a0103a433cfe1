"""Links in the folder of a training, which may have come from anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archspec.standalone.job import TrainingError


def refuse_links_out(folder: Path) -> None:
    """Raise ``TrainingError`` where writing into a folder would write elsewhere."""
    top = folder.resolve()
    for link in _links(top):
        if not link.resolve().is_relative_to(top):
            raise TrainingError(
                f"{folder / link.relative_to(top)} is a link that leads out of the folder",
                "remove the link, or name another folder with -o",
            )


def _links(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (each for name in (*folders, *files) if (each := Path(place, name)).is_symlink())
