"""Reading the two specs of an edit script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import archspec
from archspec.graph import Graph
from archspec.source import File
from tests.texts import Texts

SPECS = Path(__file__).parents[2] / "specs"
_CONTRACT = re.compile(r" +-> [0-9x]+|^ *shape: [0-9x]+$|^expect: .*$", re.MULTILINE)
_AUXILIARY = re.compile(r"^auxiliary:\n(?:[ #\n].*\n|\n)*", re.MULTILINE)


def load(text: str, files: Mapping[str, str] | None = None, name: str = "spec.yaml") -> Graph:
    """Read a spec from its text."""
    return archspec.load(File(Texts({**(files or {}), name: text}, SPECS), PurePosixPath(name)))


def without_contracts(text: str) -> str:
    """Leave out what a spec says of its shapes and totals, which an author would edit too."""
    return _CONTRACT.sub("", text)


def without_heads(text: str) -> str:
    """Leave out the section of auxiliary heads."""
    return _AUXILIARY.sub("", text)


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """Apply the edits of a script, each of which must fit exactly as often as it says."""
    for edit in edits:
        if "at" in edit:
            lines = text.splitlines(keepends=True)
            text = "".join([*lines[: edit["at"]], edit["new"] + "\n", *lines[edit["at"] :]])
            continue
        assert text.count(edit["old"]) == edit.get("times", 1), edit["old"]
        text = text.replace(edit["old"], edit["new"])
    return text


def graphs_of(script: dict[str, Any]) -> tuple[Graph, Graph]:
    """Read the old and the new spec of a script."""
    spec = script.get("spec")
    old = script["old"] if spec is None else (SPECS / f"{spec}.yaml").read_text("utf-8")
    new = script["new"] if "new" in script else edited(old, script["edits"])
    old, new = without_contracts(old), without_contracts(new)
    if "strip" in script:
        old = old if script.get("stripped") == "new" else without_heads(old)
        new = without_heads(new)
    name = f"{spec or 'spec'}.yaml"
    files = script.get("files", {})
    return load(old, files, name), load(new, files, name)
