"""The text of a document is the document again for any reader of YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from archspec.raising.text import written


@pytest.mark.parametrize(
    "document",
    [
        {"a": "8", "b": 8, "c": "1e5", "e": True, "f": "true", "g": "no", "h": "null"},
        {"source": 'a: "b" #c', "path": "C:\\x", "quote": "it's", "list": ["a, b", "[c]", "{d}"]},
        {"steps": ["conv 3x3 8 /2", {"concat": {"a": "x", "b": ["y", "z w"]}, "as": "one"}]},
        {"deep": [{"residual": {"scale": 0.1, "steps": [{"add": [["p", "q"], "identity"]}]}}]},
        {"long": ["conv 3x3 100 /2 padding=[1,1,1,1] bias=true"] * 6, "empty": "-", "x": "- a"},
        {"colon": "a:b", "hash": "a #b", "tab": "a\tb", "star": "*a", "at": "@a", "tick": "`a"},
    ],
)
def test_it_is_read_as_it_was_given(document: dict[str, Any]) -> None:
    assert yaml.safe_load(written(document)) == document
