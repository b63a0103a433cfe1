"""The report of a training as a self-contained HTML page."""

from __future__ import annotations

from archspec.training.report.page import Judged, Mistake, Subject, page

__all__ = ["Judged", "Mistake", "Subject", "page"]
