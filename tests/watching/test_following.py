"""``archspec watch`` tells the page of a save: what is wrong, and what it changed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.watching.following import SPEC, Event, Following, following, state

WIDE = SPEC.replace("32 /2", "64 /2")
BROKEN = SPEC.replace("3x3 32", "3x3 32 groups=5")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Following]:
    with following(tmp_path_factory.mktemp("watched")) as found:
        yield found


@pytest.fixture
def heard(followed: Following) -> Iterator[Event]:
    """Listen from the sound spec on."""
    followed.write(SPEC)
    found = followed.events()
    state(found, "not broken and not diagnostics")
    time.sleep(0.3)  # what follows is not the change that came before
    return found


def after(heard: Iterator[Event], followed: Following, text: str, is_it: str) -> Any:
    followed.write(text)
    return state(heard, is_it)


def test_a_save_is_heard_in_a_moment(followed: Following) -> None:
    followed.write(SPEC)
    found = followed.events()
    state(found, "not broken")
    seconds = []
    for text in (BROKEN, SPEC, BROKEN, SPEC, BROKEN):
        time.sleep(0.2)
        begun = time.monotonic()
        after(found, followed, text, "broken" if text is BROKEN else "not broken")
        seconds.append(time.monotonic() - begun)
    assert min(seconds) < 0.2, seconds  # the least, since other tests run beside


def test_a_change_of_the_network_is_told_with_its_costs(
    followed: Following, heard: Iterator[Event]
) -> None:
    change = after(heard, followed, WIDE, "change and '64' in change['headline']")["change"]
    assert "32→64" in change["headline"]
    # 3 * 3 * 16 weights and a bias per channel, at 16 x 16 places; 10 more weights of the head each
    assert change["total"]["parameters"] == [5418, 5418 + 32 * (3 * 3 * 16 + 1) + 32 * 10]
    parts = {part["path"]: part for part in change["parts"]}
    before, now = parts["wide"]["macs"]
    assert (before, now) == (16 * 16 * 9 * 16 * 32, 16 * 16 * 9 * 16 * 64)
    assert parts["wide"]["shape"] == ["16x16x32", "16x16x64"]
    assert parts["global_avg_pool"]["shape"] == ["32", "64"]  # at no cost


def test_copies_that_change_alike_are_told_as_one(
    followed: Following, heard: Iterator[Event]
) -> None:
    text = SPEC.replace("network:", "blocks: {unit: [conv 3x3 8, conv 3x3 32]}\nnetwork:")
    text = text.replace("  - global", "  - 3 x unit\n  - global")
    after(heard, followed, text, "change and 'unit' in change['headline']")
    told = after(heard, followed, text.replace("3x3 8", "3x3 9"), "change and '8→9' in str(change)")
    parts = {part["name"]: part for part in told["change"]["parts"]}
    before, now = parts["unit.* (3 copies)"]["parameters"]
    assert now - before == 3 * (9 * 32 + 1 + 9 * 32)  # a filter, its bias, its users


def test_the_last_picture_stays_while_the_spec_is_broken(
    followed: Following, heard: Iterator[Event]
) -> None:
    told = after(heard, followed, BROKEN, "broken")
    assert told["pictured"]
    (found,) = told["diagnostics"]
    assert found["severity"] == "error"
    assert found["help"]
    assert found["labels"][0]["place"].startswith("net.yaml:6:")
    assert found["labels"][0]["line"] == "  - conv 3x3 32 groups=5 /2 as wide"
    page = followed.get().read().decode()
    assert '"32x32x16"' in page  # the picture is still there for one who comes now


def test_both_ends_of_a_conflict_are_told(followed: Following, heard: Iterator[Event]) -> None:
    text = SPEC.replace("  - global", "  - residual: [conv 3x3 31]\n  - global")
    told = after(heard, followed, text, "broken")
    (found,) = told["diagnostics"]
    assert found["code"] == "residual/channels"
    assert [label["place"].split(":")[1] for label in found["labels"]] == ["7", "6"]


def test_a_contract_that_no_longer_holds_does_not_hide_the_network(
    followed: Following, heard: Iterator[Event]
) -> None:
    held = f"{SPEC}expect:\n  parameters: 5418\n"
    after(heard, followed, held, "not broken")
    wide = held.replace("32 /2", "64 /2")
    told = after(heard, followed, wide, "diagnostics and change and '64' in change['headline']")
    assert not told["broken"]
    assert told["diagnostics"][0]["code"].startswith("contract/")
    assert "32→64" in told["change"]["headline"]


def test_a_file_that_is_put_in_its_place_is_followed(
    followed: Following, heard: Iterator[Event]
) -> None:
    other = followed.spec.with_name("other")
    other.write_text(BROKEN, "utf-8")
    other.replace(followed.spec)
    assert state(heard, "broken")["diagnostics"]
    followed.spec.unlink()
    state(heard, "broken and diagnostics[0]['code'] == 'file/not-found'")
    after(heard, followed, SPEC, "not broken")


def test_imported_files_are_followed_also_where_they_come_later(
    followed: Following, heard: Iterator[Event]
) -> None:
    text = SPEC.replace("network:", "import: {parts.yaml: [unit]}\nnetwork:")
    text = text.replace("  - global", "  - unit\n  - global")
    told = after(heard, followed, text, "broken")
    assert told["diagnostics"][0]["code"] == "file/not-found"
    parts = followed.spec.with_name("parts.yaml")
    module = "archspec: 1\nblocks:\n  unit:\n    - conv 3x3 32\n"
    parts.write_text(module, "utf-8")
    state(heard, "not broken")
    parts.write_text(module.replace("3x3", "1x1"), "utf-8")
    assert "3x3→1x1" in state(heard, "change and '1x1' in change['headline']")["change"]["headline"]
    parts.write_text("archspec: 1\nblocks: {unit: [nonsense]}\n", "utf-8")
    assert state(heard, "broken")["diagnostics"][0]["labels"][0]["place"].startswith("parts.yaml:2")


def test_a_picture_is_sent_once_and_only_to_whom_has_another(followed: Following) -> None:
    followed.write(SPEC)
    first = followed.events()
    state(first, "not broken")
    listener = followed.events()
    picture = next(listener)
    assert picture.name == "picture"
    assert next(listener).name == "state"
    assert next(followed.events(Last_Event_ID=picture.id)).name == "state"


def test_a_spec_without_a_good_state_yet_has_a_page(tmp_path: Path) -> None:
    with following(tmp_path, BROKEN) as found:
        assert "no network yet" in found.get().read().decode()
        heard = found.events()
        assert not state(heard, "broken")["pictured"]
        found.write(SPEC)
        told = state(heard, "not broken")
        assert told["pictured"]
        assert told["change"] is None
