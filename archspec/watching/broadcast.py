"""Handing the latest state from one thread to many, of which none waits for another."""

from __future__ import annotations

from threading import Condition
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")


class Numbered(NamedTuple, Generic[Value]):
    """A value and its place in the order of publication."""

    number: int
    value: Value


class Broadcast(Generic[Value]):
    """The latest value; who is slow misses those between, so that nothing queues up."""

    def __init__(self, value: Value) -> None:
        self._latest = Numbered(0, value)
        self._news = Condition()
        self.is_over = False

    @property
    def latest(self) -> Numbered[Value]:
        """The value that was published last."""
        return self._latest

    def publish(self, value: Value) -> None:
        """Replace the value, and wake those that wait."""
        with self._news:
            self._latest = Numbered(self._latest.number + 1, value)
            self._news.notify_all()

    def end(self) -> None:
        """Wake those that wait for the last time."""
        with self._news:
            self.is_over = True
            self._news.notify_all()

    def after(self, number: int, seconds: float) -> Numbered[Value] | None:
        """Wait for a value that came after the one of a number; None if there is none in time."""
        with self._news:
            self._news.wait_for(lambda: self.is_over or self._latest.number > number, seconds)
            return self._latest if self._latest.number > number else None
