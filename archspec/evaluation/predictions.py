"""Predictions of a network, their files, and averages over an ensemble."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from archspec.diagnostic import Diagnostic, SpecError
from archspec.weights.bounds import size_of

ENDING = ".safetensors"
_METADATA = "archspec-predictions"
_VERSION = 1
_ROUNDING = 1e-3
"""The tolerance for the sum of an image's probabilities."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """The class probabilities of images.

    Attributes:
        source: What predicted: a network's name, or that of a file.
        probabilities: images x classes, float64.
        labels: The true class of each image, by its place, int64.
        names: What each image is called.
        classes: What each class is called.
    """

    source: str
    probabilities: Any
    labels: Any
    names: tuple[str, ...]
    classes: tuple[str, ...]

    def without(self, names: frozenset[str]) -> Predictions:
        """Return the predictions without some images."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        return replace(
            self,
            probabilities=self.probabilities[kept],
            labels=self.labels[kept],
            names=tuple(self.names[place] for place in kept),
        )


def average(members: Sequence[Predictions]) -> Predictions:
    """Average the predictions of several networks; raise ``SpecError`` if their images differ."""
    first, *others = members
    if not others:
        return first
    for other in others:
        _require_same_images(first, other)
    total = sum(each.probabilities for each in members)
    source = f"ensemble of {len(members)}"
    return replace(first, source=source, probabilities=total / len(members))


def _require_same_images(first: Predictions, other: Predictions) -> None:
    if first.classes != other.classes:
        what = f"classes: {len(first.classes):,} and {len(other.classes):,} of them"
    elif first.names != other.names or not np.array_equal(first.labels, other.labels):
        what = f"images: {len(first.names):,} and {len(other.names):,} of them"
    else:
        return
    if len(first.classes) == len(other.classes) and len(first.names) == len(other.names):
        what = f"{what.partition(':')[0]}, although there are as many of them"
    raise SpecError(
        (
            Diagnostic(
                "evaluate/ensemble",
                f"{first.source} and {other.source} predict different {what}",
                help="predict for the same data, with the same --exclude and --limit",
            ),
        )
    )


def encode(predictions: Predictions) -> bytes:
    """Encode predictions as a file; equal predictions give equal bytes."""
    facts = {
        "version": _VERSION,
        "source": predictions.source,
        "names": predictions.names,
        "classes": predictions.classes,
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    arrays = {"probabilities": predictions.probabilities, "labels": predictions.labels}
    return bytes(save(arrays, {_METADATA: text}))


def read(file: Path) -> Predictions:
    """Read predictions from a file; raise ``SpecError`` if it is invalid."""
    try:
        size_of(file)
        with safe_open(file, "numpy") as opened:
            facts = json.loads((opened.metadata() or {})[_METADATA])
            arrays = opened.get_tensor("probabilities"), opened.get_tensor("labels")
        found = Predictions(
            file.name, *arrays, *(tuple(facts[key]) for key in ("names", "classes"))
        )
    except (
        OSError, SafetensorError, KeyError, TypeError, ValueError, AttributeError, RecursionError
    ) as error:  # fmt: skip
        reason = "it says nothing of images" if isinstance(error, KeyError) else str(error)
        raise SpecError((_unreadable(file, reason),)) from None
    trouble = _trouble(found)
    if trouble:
        raise SpecError((_unreadable(file, trouble),))
    return found


def _trouble(found: Predictions) -> str:
    """Describe what is wrong with predictions from an untrusted file; empty if nothing."""
    probabilities, labels = found.probabilities, found.labels
    images, classes = len(found.names), len(found.classes)
    texts = (*found.names, *found.classes)
    if not all(isinstance(each, str) for each in texts) or not texts:
        return "names of images and classes are texts"
    if (probabilities.dtype, labels.dtype) != (np.float64, np.int64):
        return "probabilities are float64, and labels int64"
    if (probabilities.shape, labels.shape) != ((images, classes), (images,)):
        shape = " x ".join(map(str, probabilities.shape))
        return f"it names {images} images and {classes} classes, and its probabilities are {shape}"
    if not ((labels >= 0) & (labels < classes)).all():
        return "a label is none of its classes"
    sums = probabilities.sum(axis=1)
    if not ((abs(sums - 1) < _ROUNDING).all() and (probabilities >= 0).all()):
        return "probabilities of an image are not negative, and their sum is one"
    return ""


def _unreadable(file: Path, reason: str) -> Diagnostic:
    return Diagnostic(
        "evaluate/predictions",
        f"{file} cannot be read as predictions: {reason}",
        help="`archspec evaluate --save-predictions` writes such files; weights are given with"
        " their SPEC, by --weights",
    )
