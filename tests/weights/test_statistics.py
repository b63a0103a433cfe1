"""Statistics of a file of weights: norms by hand, channels that are dead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from archspec import api
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.views.formats import draw
from archspec.views.options import Options, Undrawable
from archspec.weights import file as canonical
from archspec.weights.statistics import of_file

SPEC = "archspec: 1\nname: tiny\ninput: 4x4x1\nnetwork:\n  - conv 1x1 3 as point\n"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    spec = tmp_path_factory.mktemp("tiny") / "tiny.yaml"
    spec.write_text(SPEC, "utf-8")
    return api.load(spec)


@pytest.fixture
def weights(graph: Graph, tmp_path: Path) -> Path:
    kernel = np.array([3, 0, -4], np.float32).reshape(3, 1, 1, 1)
    file = tmp_path / "tiny.safetensors"
    tensors = {"point.conv2d.weight": kernel, "point.conv2d.bias": np.zeros(3, np.float32)}
    canonical.save(file, tensors, graph)
    return file


def test_norms_and_means_are_those_of_all_numbers_and_a_channel_of_zeros_is_dead(
    graph: Graph, weights: Path
) -> None:
    found = of_file(weights, graph)
    # 3-4-5; the mean of 3, 0 and -4 is -1/3, their variance 25/3 - 1/9.
    said = "norm 5, mean -0.333, deviation 2.87, -4 to 3; 1 of 3 channels dead"
    assert str(found["point.conv2d.weight"]) == said
    assert found["point.conv2d.bias"].dead == 0  # a bias of zero is no dead channel


def test_a_page_carries_them_and_a_picture_refuses_them(graph: Graph, weights: Path) -> None:
    page = draw(graph, "html", Options(weights=weights)).content
    assert b"norm 5, mean -0.333" in page
    with pytest.raises(Undrawable, match="for HTML pages, not for SVG"):
        draw(graph, "svg", Options(weights=weights))


def test_a_file_of_another_network_is_refused_with_what_is_missing(
    graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "other.safetensors"
    canonical.save(file, {"other.weight": np.zeros(3, np.float32)}, graph)
    with pytest.raises(SpecError, match=r"point\.conv2d"):
        draw(graph, "html", Options(weights=file))
