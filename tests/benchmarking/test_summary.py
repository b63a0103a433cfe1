"""What samples say, from arithmetic by hand."""

from __future__ import annotations

from archspec.benchmarking.summary import Ratio, Spread, four_digits, quartiles, ratio


def test_half_of_the_samples_lie_between_the_quartiles() -> None:
    assert quartiles([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(2.0, 3.0, 4.0)
    assert quartiles([7.0]) == Spread(7.0, 7.0, 7.0)


def test_a_candidate_that_takes_half_the_time_is_twice_as_fast() -> None:
    assert ratio([2.0] * 6, [1.0] * 6).median == 2.0


def test_ratios_are_taken_within_a_round_so_that_a_slow_minute_slows_both() -> None:
    slow = [1.0, 10.0, 100.0, 1.0, 10.0, 100.0]
    assert ratio([3 * each for each in slow], slow) == Ratio(3.0, 3.0, 3.0)


def test_the_interval_leaves_out_as_many_ratios_as_the_binomial_distribution_allows() -> None:
    """Of 9 fair coins 2 show at most 1 head 20 times in 512: 1 - 20/512 = 0.961.

    With 2 left out at each end it would be 1 - 92/512 = 0.820. Of 15, 3 may be left out: 1 -
    1152/32768 = 0.965; with 4 it would be 0.882.
    """
    nine, fifteen = ([float(each) for each in range(1, count + 1)] for count in (9, 15))
    assert ratio(nine, [1.0] * 9) == Ratio(2.0, 5.0, 8.0)
    assert ratio(fifteen, [1.0] * 15) == Ratio(4.0, 8.0, 12.0)


def test_with_six_rounds_the_interval_holds_all_ratios_and_with_fewer_there_is_none() -> None:
    """All of 6 fair coins are alike 2 times in 64: 0.969; of 5, 2 in 32: 0.938, below 0.95."""
    six = [float(each) for each in range(1, 7)]
    assert ratio(six, [1.0] * 6) == Ratio(1.0, 3.5, 6.0)
    assert ratio(six[:5], [1.0] * 5) == Ratio(None, 3.0, None)
    assert ratio([2.0], [1.0]) == Ratio(None, 2.0, None)


def test_a_number_is_written_with_four_digits_of_which_none_is_cut_before_the_point() -> None:
    written = [four_digits(each) for each in (0.70123, 7.0123, 70.123, 701.23, 7012.3, 70123.4)]
    assert written == ["0.7012", "7.012", "70.12", "701.2", "7,012", "70,123"]
