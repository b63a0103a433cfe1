"""What a raised spec says of its inputs."""

from __future__ import annotations

import pytest

import archspec


@pytest.mark.parametrize("name", ["resnet_50", "inception_v4", "mobilenet_v2"])
def test_the_preprocessing_of_an_input_is_kept(name: str) -> None:
    graph = archspec.load(f"zoo:{name}").without_heads()
    raised = archspec.load(text=archspec.raise_spec(graph).text)
    (before,), (after,) = graph.inputs.values(), raised.inputs.values()
    assert dict(after.preprocessing) == dict(before.preprocessing)
