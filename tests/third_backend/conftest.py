"""The package of the third backend, installed."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.running import Running, start
from tests.docs.packages import install

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Install the package, and find it as any backend is found."""
    folder = tmp_path_factory.mktemp("installed")
    install(tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"], folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), str(HERE), *sys.path])
        yield start("numpy")
