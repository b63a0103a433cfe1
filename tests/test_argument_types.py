"""What programs give to verbs by mistake is refused by a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, isfunction, signature
from pathlib import Path
from typing import Any

import pytest

import archspec

GRAPH = archspec.load(text="archspec: 1\nname: net\ninput: 8x8x3\nnetwork: [relu]\n")
VERBS = {name: each for name in archspec.__all__ if isfunction(each := getattr(archspec, name))}
OF_GRAPHS = {
    name: each for name, each in VERBS.items() if name not in ("check", "import_model", "load")
}


def arguments(verb: Callable[..., Any]) -> list[str]:
    """Name the arguments that a verb has to be given."""
    found = signature(verb).parameters.values()
    kinds = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.POSITIONAL_ONLY)
    return [each.name for each in found if each.kind in kinds and each.default is Parameter.empty]


def test_all_verbs_are_tried() -> None:
    verbs = "build count diff draw emit interpret optimize raise_spec unparse verify"
    assert set(verbs.split()) == set(OF_GRAPHS)


@pytest.mark.parametrize("given", ["a.yaml", Path("a.yaml"), None, archspec.check])
@pytest.mark.parametrize("verb", OF_GRAPHS)
def test_a_verb_refuses_what_is_no_graph_and_says_how_to_read_one(verb: str, given: object) -> None:
    others = ["torch"] * (len(arguments(VERBS[verb])) - 1)
    with pytest.raises(TypeError, match=r"should be a Graph, not a \w+: archspec\.load\(\.\.\.\)"):
        VERBS[verb](given, *others)


def test_what_is_given_by_name_or_in_second_place_is_refused_as_well() -> None:
    with pytest.raises(TypeError, match="`new` of `diff` should be a Graph, not a str"):
        archspec.diff(GRAPH, "b.yaml")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`graph` of `count` should be a Graph, not a str"):
        archspec.count(graph="b.yaml")  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [5, b"a.yaml", GRAPH, {"archspec": 1}])
def test_a_spec_is_a_file_or_a_text(given: Any) -> None:
    for verb in (archspec.load, archspec.check):
        with pytest.raises(TypeError, match="a spec should be a str or Path or File, not a"):
            verb(given)
    with pytest.raises(TypeError, match="the text of a spec should be a str, not a"):
        archspec.load(text=given)


def test_values_of_params_are_given_as_overrides() -> None:
    for verb in (VERBS["load"], VERBS["check"]):
        with pytest.raises(TypeError, match=r"Overrides, not a dict: archspec\.Overrides\(params"):
            verb("a.yaml", {"classes": 10})
