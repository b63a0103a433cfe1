"""What all tests share: golden files."""

from __future__ import annotations

import pytest

from tests.golden_files import Golden


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them",
    )
    parser.addoption(
        "--published",
        action="store_true",
        help="fail where a test of tests/published would be skipped, and print their figures",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with golden files, or refresh them."""
    return Golden(bool(request.config.getoption("--refresh-golden")))
