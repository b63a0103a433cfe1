"""Windows against counting them one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archspec.window import Side, Window

sides = st.builds(
    Side,
    size=st.integers(1, 24),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 3),
)
cells = st.integers(0, 6)


def beginnings(side: Side, before: int, after: int, *, ceil: bool = False) -> list[int]:
    """Try every place of the padded side and list where a window begins.

    A window may hang over the end only if the one before it, were there one, ends before the end.
    """
    end = side.size + before + after
    places = range(0, end, side.stride)
    if not ceil:
        return [at for at in places if at + side.extent <= end]
    inside = [at for at in places if at < side.size + before]
    return [at for at in inside if at - side.stride + side.extent < end]


def read(side: Side, at: int) -> set[int]:
    """List the places of the padded side that a window reads."""
    return {at + step * side.dilation for step in range(side.kernel)}


@given(sides, cells, cells)
def test_as_many_windows_are_counted_as_can_be_laid(side: Side, before: int, after: int) -> None:
    assert max(side.outputs(before, after), 0) == len(beginnings(side, before, after))


@given(sides, cells, cells)
def test_ceil_counts_windows_that_hang_over_but_begin_inside(
    side: Side, before: int, after: int
) -> None:
    counted = side.outputs(before, after, ceil=True)
    assert max(counted, 0) == len(beginnings(side, before, after, ceil=True))


@given(sides, cells, cells)
def test_ceil_adds_at_most_one_window_to_those_that_fit(
    side: Side, before: int, after: int
) -> None:
    """Windows that fit but begin in the padding after the side are those that ceil drops."""
    fitting = beginnings(side, before, after)
    inside = [at for at in fitting if at < side.size + before]
    counted = max(side.outputs(before, after, ceil=True), 0)
    assert len(inside) <= counted <= len(fitting) + 1


@given(sides, cells, cells, st.integers(1, 24))
def test_windows_of_equal_offsets_are_as_many_at_every_size(
    side: Side, before: int, after: int, size: int
) -> None:
    other = side._replace(size=size)
    assert side.offset(before, after) == other.offset(before, after)
    for ceil, end in ((False, after), (True, after), (False, other.overhang(after))):
        counted = (size + side.offset(before, end, ceil=ceil)) // side.stride + 1
        assert max(counted, 0) == len(beginnings(other, before, end, ceil=ceil))


@given(sides, cells, st.integers(0, 6))
def test_padding_for_what_hangs_over_gives_the_windows_of_ceil_without_it(
    side: Side, before: int, after: int
) -> None:
    rounded_up = beginnings(side, before, after, ceil=True)
    assert beginnings(side, before, side.overhang(after)) == rounded_up


@given(sides)
def test_same_gives_the_size_over_the_stride_rounded_up(side: Side) -> None:
    before, after = side.same()
    assert side.outputs(before, after) == len(range(0, side.size, side.stride))


@given(sides)
def test_same_pads_no_more_than_it_must_and_the_odd_cell_last(side: Side) -> None:
    before, after = side.same()
    assert 0 <= after - before <= 1
    if after:
        wanted = side.outputs(before, after)
        assert side.outputs(before, after - 1) == wanted - 1


@given(sides)
def test_same_is_not_changed_by_ceil(side: Side) -> None:
    pads = side.same()
    assert side.outputs(*pads, ceil=True) == side.outputs(*pads)


@given(sides)
def test_same_lets_no_window_lie_in_the_padding_alone(side: Side) -> None:
    before, after = side.same()
    assert max(before, after) < side.extent


@given(sides.filter(lambda side: side.extent % 2 == 1))
def test_symmetric_keeps_a_side_at_stride_1_when_a_window_has_a_middle(side: Side) -> None:
    side = side._replace(stride=1)
    before, after = side.symmetric()
    assert before == after
    assert side.outputs(before, after) == side.size
    assert side.symmetric() == side.same()


@given(sides.filter(lambda side: side.extent % 2 == 1))
def test_symmetric_centres_the_first_window_on_the_first_cell(side: Side) -> None:
    before, _ = side.symmetric()
    assert side.extent - before - 1 == before


@given(sides.filter(lambda side: side.extent % 2 == 0))
def test_symmetric_loses_one_cell_at_stride_1_when_a_window_has_no_middle(side: Side) -> None:
    side = side._replace(stride=1)
    before, after = side.symmetric()
    assert before == after
    assert side.outputs(before, after) == side.size - 1


@given(sides, cells, cells)
def test_unread_counts_the_cells_after_the_last_that_is_read(
    side: Side, before: int, after: int
) -> None:
    places = beginnings(side, before, after)
    if not places or side.extent < side.stride:
        return
    last = max(place for at in places for place in read(side, at))
    behind = [cell for cell in range(side.size) if cell + before > last]
    assert side.unread(before, len(places)) == len(behind)


@given(sides)
def test_a_stride_larger_than_the_window_leaves_cells_on_purpose(side: Side) -> None:
    side = side._replace(stride=side.extent + 1)
    assert side.unread(0, 1) == 0


@given(sides)
def test_stamps_cover_from_the_first_cell_to_the_last(side: Side) -> None:
    covered = {
        cell * side.stride + step * side.dilation
        for cell in range(side.size)
        for step in range(side.kernel)
    }
    assert side.spread() == max(covered) + 1


@given(sides)
def test_the_crop_of_same_is_the_padding_of_the_convolution_the_other_way(side: Side) -> None:
    before, after = side.same_crop()
    assert side.spread() - before - after == side.size * side.stride
    there = side._replace(size=side.size * side.stride)
    assert (before, max(after, 0)) == there.same()
    assert there.outputs(*there.same()) == side.size


@given(sides, cells, cells)
def test_the_arithmetic_shown_is_the_arithmetic_done(side: Side, before: int, after: int) -> None:
    formula, _, result = side.arithmetic(before, after).rpartition(" = ")
    assert formula == (
        f"floor(({side.size} + {before} + {after} - {side.extent}) / {side.stride}) + 1"
    )
    assert int(result) == side.outputs(before, after)


@given(sides, sides, st.sampled_from(["valid", "same", "symmetric"]))
def test_a_window_over_a_grid_is_its_two_sides(rows: Side, columns: Side, padding: str) -> None:
    window = Window.over(
        (rows.size, columns.size),
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        (rows.dilation, columns.dilation),
    )
    assert window == (rows, columns)
    top, bottom, left, right = window.pads(padding)
    ends = {"valid": lambda _: (0, 0), "same": Side.same, "symmetric": Side.symmetric}[padding]
    assert ((top, bottom), (left, right)) == (ends(rows), ends(columns))


@given(st.tuples(cells, cells, cells, cells))
def test_padding_in_numbers_is_taken_as_written(
    pads: tuple[int, int, int, int],
) -> None:
    assert Window.over((5, 5), (3, 3), (1, 1)).pads(pads) == pads
