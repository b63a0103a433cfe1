"""How far a training is, for the person who waits for it."""

from __future__ import annotations

import shutil
import sys
from time import monotonic


class Progress:
    """One line on standard error: rewritten on a terminal, else a line whenever one is due."""

    def __init__(self, steps: int, batch: int, first: int, *, quiet: bool = False) -> None:
        self.steps = steps
        self.batch = batch
        self.quiet = quiet
        self._start = self._last = (monotonic(), first)

    def images_per_second(self, step: int) -> float:
        """Compute the speed since this was last asked, or since ``set_out`` was."""
        (then, before), now = self._last, monotonic()
        self._last = (now, step)
        return (step - before) * self.batch / max(now - then, 1e-9)

    def set_out(self, step: int) -> None:
        """Leave what was done until now, such as an evaluation, out of the speed."""
        self._last = (monotonic(), step)

    @property
    def seconds(self) -> float:
        """How long this has been running."""
        return monotonic() - self._start[0]

    def left(self, step: int) -> float:
        """Estimate the seconds left from all that was done so far, evaluations included."""
        done = step - self._start[1]
        return self.seconds * (self.steps - step) / max(done, 1)

    def tell(self, step: int, epoch: float, loss: float, top1: float, speed: float) -> None:
        """Say where the training is and how long it will take."""
        self.say(
            f"step {step:,} of {self.steps:,}, epoch {epoch:.2f}: loss {loss:.4f},"
            f" top-1 {top1:.1%}, {speed:,.0f} images/s, {duration(self.left(step))} left",
            passing=True,
        )

    def say(self, text: str, *, passing: bool = False) -> None:
        """Write a line; one that is ``passing`` gives way to the next on a terminal."""
        if self.quiet:
            return
        if not sys.stderr.isatty():
            sys.stderr.write(f"{text}\n")
            return
        shown = text[: shutil.get_terminal_size().columns - 1] if passing else text
        sys.stderr.write(f"\r\x1b[K{shown}" + ("" if passing else "\n"))
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """Write seconds as people say them: ``45 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
