"""A directive that draws a spec, for Sphinx and docutils.

A page says::

    .. archspec:: ../specs/inception_v4.yaml
       :module: stem
       :style: color

with paths from the page's own folder; ``conf.py`` lists ``archspec.documents.sphinx`` among its
``extensions``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from archspec.documents.figure import NAMES, NoFigure, figure
from archspec.version import __version__


class Archspec(Directive):
    """Draw the spec that the argument names."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = dict.fromkeys(NAMES, lambda text: (text or "").strip())

    def run(self) -> list[Any]:
        """Insert the figure, and record the spec as a dependency of the page."""
        spec = self.arguments[0]
        source, _ = self.state_machine.get_source_and_line(self.lineno)
        folder = Path(source or ".").parent
        if not spec.startswith("zoo:"):
            self.state.document.settings.record_dependencies.add(str(folder / spec))
        try:
            return [nodes.raw("", figure(spec, self.options, folder), format="html")]
        except NoFigure as error:
            raise self.error(str(error)) from error


def setup(app: Any) -> dict[str, Any]:
    """Register the directive with Sphinx."""
    directives.register_directive("archspec", Archspec)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
