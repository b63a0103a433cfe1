"""Git repositories that tests make."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_AUTHOR_DATE": "2016-02-23T00:00:00Z",
    "GIT_COMMITTER_NAME": "author",
    "GIT_COMMITTER_EMAIL": "author@example.org",
    "GIT_COMMITTER_DATE": "2016-02-23T00:00:00Z",
}

SMALL = """\
archspec: 1
name: small
input: 8x8x4
network:
  - conv 3x3 8
  - conv 3x3 8
  - global_avg_pool
  - dense 10 as logits
"""
"""Parameters: 3*3*4*8 + 8 = 296, 3*3*8*8 + 8 = 584, 8*10 + 10 = 90; 970 in all."""

FAMILY = SMALL.replace(
    "network:",
    "params: {classes: 10}\nvariants:\n  narrow: {}\n  wide: {params: {classes: 16}}\nnetwork:",
).replace("dense 10", "dense classes")
"""Parameters: 970 of the narrow one, 880 + 16*8 + 16 = 1,024 of the wide one."""


@dataclass(frozen=True)
class Repository:
    """A repository in a folder."""

    root: Path

    @classmethod
    def made(cls, root: Path, **files: str) -> Repository:
        """Make one with some specs and commit them."""
        root.mkdir(parents=True, exist_ok=True)
        found = cls(root)
        found.git("init", "--quiet", "--initial-branch=main")
        for name, text in (files or {"small": SMALL}).items():
            found.write(f"specs/{name}.yaml", text)
        found.commit("Add the specs")
        return found

    def git(self, *arguments: str, **environment: str) -> str:
        """Run git here and return what it prints."""
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            env={**os.environ, **_ENVIRONMENT, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the only occurrence of a text in a file."""
        text = (self.root / name).read_text("utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def commit(self, subject: str) -> str:
        """Commit everything and return the hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD").strip()
