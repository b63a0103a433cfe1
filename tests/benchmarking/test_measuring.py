"""Calling candidates in turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import pbkdf2_hmac
from itertools import groupby
from time import sleep

from archspec.benchmarking.measuring import CLOCKS, LEAST, interleaved


def test_every_round_measures_each_once_after_runs_that_are_thrown_away() -> None:
    called: list[str] = []

    def run(name: str) -> None:
        called.append(name)
        sleep(LEAST)

    told: list[str] = []
    samples = interleaved({"a": lambda: run("a"), "b": lambda: run("b")}, 4, told.append)
    warming, measured = called[:2], called[2:]
    assert warming == ["a", "b"]
    assert measured == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert {name: len(each) for name, each in samples.items()} == {"a": 4, "b": 4}
    assert all(seconds >= LEAST for each in samples.values() for seconds in each)
    assert told == ["warming up", *(f"round {number} of 4" for number in range(1, 5))]


def test_what_is_fast_runs_several_times_in_a_turn_and_its_mean_is_told() -> None:
    called: list[str] = []

    def fast() -> None:
        called.append("fast")
        sleep(LEAST / 10)

    samples = interleaved({"fast": fast, "slow": lambda: called.append("slow")}, 2, print)
    turns = [(name, len([*each])) for name, each in groupby(called)]
    counts = [count for name, count in turns[2:] if name == "fast"]
    assert all(count <= 11 for count in counts)
    assert all(seconds >= LEAST / 10 for seconds in samples["fast"])
    assert all(count > 11 for name, count in turns[2:] if name == "slow")


def test_the_clock_of_the_processor_stands_still_while_a_candidate_waits() -> None:
    samples = interleaved({"waits": lambda: sleep(LEAST)}, 2, print, CLOCKS["processor"])
    assert all(seconds < LEAST / 2 for seconds in samples["waits"])


def test_the_clock_of_the_processor_runs_for_other_threads_of_a_candidate() -> None:
    """Deriving a key holds no lock of the interpreter."""
    with ThreadPoolExecutor(1) as pool:
        work = partial(pbkdf2_hmac, "sha256", b"", b"", 200_000)
        samples = interleaved({"works": lambda: pool.submit(work).result()}, 2, print)
        of_processor = CLOCKS["processor"]
        busy = interleaved({"works": lambda: pool.submit(work).result()}, 2, print, of_processor)
    assert min(busy["works"]) > min(samples["works"]) / 50


def test_the_command_offers_the_clocks_that_there_are() -> None:
    from archspec.commands.bench import options

    assert tuple(CLOCKS) == options.CLOCKS
