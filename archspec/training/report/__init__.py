"""The report of a training as one page of HTML, which needs no server and no network."""

from __future__ import annotations

from archspec.training.report.page import Judged, Mistake, Subject, page

__all__ = ["Judged", "Mistake", "Subject", "page"]
