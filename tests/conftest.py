"""What all tests share: graphs held to their invariants, golden files, one line for each skip."""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any

import pytest

from archspec import checked
from archspec.graph import Graph
from archspec.language.elaboration.elaborate import elaborate
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


def pytest_configure() -> None:
    """Hold every graph that a test reads from a spec to what is true of all graphs.

    Graphs that are built or rewritten in Python hold themselves to it.
    """

    def verified(*given: Any, **options: Any) -> Graph | None:
        graph = elaborate(*given, **options)
        return graph.verify() if graph else None

    pytest.MonkeyPatch().setattr(checked, "elaborate", verified)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let each process run one framework, as far as possible, where files are given out whole."""
    if config.getoption("dist") != "loadfile":
        return None
    from tests.scheduling import ByFramework

    return ByFramework(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the garbage collector from a million objects of modules and tests, which stay.

    Keras collects whenever it forgets its models, which takes a second otherwise.
    """
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped and why, in one line for each reason."""
    skipped = Counter(_reason(each) for each in terminalreporter.getreports("skipped"))
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"skipped {count}: {reason}")


def _reason(report: Any) -> str:
    *_, reason = report.longrepr
    return str(reason).removeprefix("Skipped: ")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with golden files, or refresh them."""
    return Golden(bool(request.config.getoption("--refresh-golden")))
