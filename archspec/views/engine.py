"""Rendering DOT as a picture: with Graphviz if it is installed, else with graphviz-pure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import which

from archspec.installing import install
from archspec.views.options import Undrawable

GRAPHVIZ, PURE = "dot", "graphviz-pure"
_SERVED = ("svg", "png")
_COMMENTS = re.compile(rb"<!--.*?-->\n?", re.DOTALL)
_IDS = re.compile(rb' id="(?:graph|node|edge|clust|a_\w+)\d+"')
_DATE, _EPOCH = re.compile(rb"(?<=/CreationDate \(D:)\d{14}"), b"19700101000000"
_INSTALL = "install Graphviz (apt-get install graphviz, brew install graphviz)"


def render(dot: str, form: str) -> bytes:
    """Render DOT as ``svg``, ``png`` or ``pdf``; raise ``Undrawable`` without an engine."""
    picture = _render(dot, form)
    if form == "svg":
        return _cleaned(picture)
    return _DATE.sub(_EPOCH, picture) if form == "pdf" else picture


def _render(dot: str, form: str) -> bytes:
    if which(GRAPHVIZ):
        return _graphviz(dot, form)
    pure = _pure()
    if pure and form in _SERVED:
        return _run(pure, dot, form)
    also = f" or graphviz-pure ({install('draw')})" if form in _SERVED else ""
    raise Undrawable(
        f"{form.upper()} needs Graphviz, and there is no `{GRAPHVIZ}` here: {_INSTALL}{also};"
        " DOT, Mermaid and HTML need nothing"
    )


def _pure() -> str | None:
    """Find graphviz-pure on PATH, or beside the running Python, which may not be on it."""
    beside = Path(sys.executable).parent
    return which(PURE) or which(PURE, path=str(beside))


def _graphviz(dot: str, form: str) -> bytes:
    from graphviz import CalledProcessError, pipe  # type: ignore[import-untyped]

    try:
        return bytes(pipe(GRAPHVIZ, form, dot.encode(), quiet=True))
    except CalledProcessError as error:
        raise Undrawable(f"Graphviz failed: {_last_line(error.stderr)}") from None


def _run(engine: str, dot: str, form: str) -> bytes:
    done = subprocess.run(
        [engine, f"-T{form}"], input=dot.encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise Undrawable(f"graphviz-pure failed: {_last_line(done.stderr)}")
    return done.stdout


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _cleaned(svg: bytes) -> bytes:
    """Remove the engine's version, its comments, and the ids that would clash within one page.

    Graphviz escapes hyphens because of comments; unescaped, labels can be searched for.
    """
    svg = _IDS.sub(b"", _COMMENTS.sub(b"", svg)).replace(b"&#45;", b"-")
    return svg[svg.index(b"<svg") :]
