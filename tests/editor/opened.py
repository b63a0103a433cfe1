"""Documents as an editor has them open, with a bar where the cursor is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from archspec.editor.reading import Reading
from archspec.editor.workspace import Workspace

NET = """\
archspec: 1
name: net
input: 8x8x3
params: {width: 4}
parts:
  pair:
    options: [k, stride=1]
    steps:
      - conv2d 3x3 k /stride bias=false
      - relu as out
network:
  - pair width as first
  - add from first first
  - pair k=2*width stride=2
  - global_avg_pool
  - dense 10
"""


class Opened(NamedTuple):
    """A workspace with one document, and where its cursor is: a line from 1 and a column from 0."""

    workspace: Workspace
    path: Path
    line: int = 1
    column: int = 0

    @property
    def reading(self) -> Reading:
        return self.workspace.reading(self.path)


def opened(folder: Path, text: str, name: str = "net.yaml") -> Opened:
    """Open a text; ``|`` marks the cursor, and is left out."""
    before, _, _ = text.partition("|")
    path = (folder / name).resolve()
    workspace = Workspace((folder.resolve(),))
    workspace.put(path, text.replace("|", "", 1))
    return Opened(workspace, path, before.count("\n") + 1, len(before.rpartition("\n")[2]))
