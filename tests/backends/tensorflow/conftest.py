"""What the tests of TensorFlow models share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """TensorFlow's variables know nothing of a keyword of numpy 2 when Keras saves them."""
    for item in items:
        if "backends/tensorflow" in item.nodeid:
            mark = pytest.mark.filterwarnings(
                "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
            )
            item.add_marker(mark)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Let Keras forget the models of a test, if it was imported."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
