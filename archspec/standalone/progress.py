"""The progress of a training, for whoever watches it."""

from __future__ import annotations

import shutil
import sys
from time import monotonic


class Progress:
    """A progress line on standard error, overwritten in place on a terminal."""

    def __init__(self, steps: int, batch: int, first: int, *, quiet: bool = False) -> None:
        self.steps = steps
        self.batch = batch
        self.quiet = quiet
        self._start = self._last = (monotonic(), first)

    def images_per_second(self, step: int) -> float:
        """Compute the throughput since the last call of this or ``set_out``."""
        (then, before), now = self._last, monotonic()
        self._last = (now, step)
        return (step - before) * self.batch / max(now - then, 1e-9)

    def set_out(self, step: int) -> None:
        """Exclude the time until now, such as that of an evaluation, from the throughput."""
        self._last = (monotonic(), step)

    @property
    def seconds(self) -> float:
        """The elapsed time in seconds."""
        return monotonic() - self._start[0]

    def left(self, step: int) -> float:
        """Estimate the remaining seconds from the mean time per step, evaluations included."""
        done = step - self._start[1]
        return self.seconds * (self.steps - step) / max(done, 1)

    def tell(self, step: int, epoch: float, loss: float, top1: float, speed: float) -> None:
        """Print the current step with its metrics and the remaining time."""
        self.say(
            f"step {step:,} of {self.steps:,}, epoch {epoch:.2f}: loss {loss:.4f},"
            f" top-1 {top1:.1%}, {speed:,.0f} images/s, {duration(self.left(step))} left",
            passing=True,
        )

    def say(self, text: str, *, passing: bool = False) -> None:
        """Print a line; on a terminal, the next one overwrites one that is ``passing``."""
        if self.quiet:
            return
        if not sys.stderr.isatty():
            sys.stderr.write(f"{text}\n")
            return
        shown = text[: shutil.get_terminal_size().columns - 1] if passing else text
        sys.stderr.write(f"\r\x1b[K{shown}" + ("" if passing else "\n"))
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """Format seconds for people: ``45 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
