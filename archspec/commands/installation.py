"""Detecting that another project called archspec was installed into the package's folder."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def foreign_installation(package: Path = PACKAGE) -> str | None:
    """Return a notice that Spack's archspec shares the folder; None if it does not."""
    if not (package / "cpu").is_dir():
        return None
    return (
        f"archspec: Spack's archspec, another project of this name, lies in the same folder"
        f" ({package}), and each breaks the other; `pip uninstall archspec`, then reinstall"
        " archspec-nn, or keep them in two environments"
    )
