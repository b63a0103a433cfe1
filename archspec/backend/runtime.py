"""What a backend's runtime does: construct, fill, run and export models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archspec.backend.workload import Prepared, Workload
from archspec.diagnostic import Diagnostic
from archspec.graph import Graph


class Ran(NamedTuple):
    """The results of a forward pass, and its duration.

    Arrays have shape (batch, height, width, channels) or (batch, channels) in every framework.
    ``taps`` are the values of the requested nodes and scopes, by path.
    """

    outputs: Mapping[str, Any]
    seconds: float
    taps: Mapping[str, Any]


class Guest(NamedTuple):
    """A third-party model, with its tensors by its own names and in its own layout.

    ``in_double`` makes it compute in double precision for a while, where its framework can.
    """

    model: Any
    tensors: Mapping[str, Any]
    in_double: Callable[[], AbstractContextManager[None]] | None = None


class Export(NamedTuple):
    """How to export a model: the format and the type that it computes in.

    ``dynamic`` leaves the height and width of maps open; the batch size always is.
    """

    form: str
    precision: str = "float32"
    dynamic: bool = False


class Runtime(Protocol):
    """The part of a backend that runs models; loading it imports the framework."""

    @property
    def version(self) -> str:
        """The framework and its version."""

    def device(self, wanted: str) -> str:
        """Resolve ``auto``, ``cpu`` or ``cuda`` to a device; raise ``SpecError``."""

    @property
    def exports(self) -> Mapping[str, str]:
        """The formats that ``export`` supports, with the name of the file or folder of each."""

    def model(self, source: str, name: str, precision: str = "float32") -> Any:
        """Execute an emitted source and construct its model, uninitialised.

        ``precision`` is the type that it computes in: ``float32``, ``bfloat16`` or ``float16``.
        """

    def fill(self, model: Any, tensors: Mapping[str, Any]) -> Any:
        """Load all tensors of a model, by the keys of the weights file."""

    def tensors(self, model: Any) -> Mapping[str, Any]:
        """Return the tensors of an emitted model in the form ``fill`` takes: by key, float32."""

    def guest(self, given: Any) -> Guest | None:
        """Open a third-party model: a live one, or the path of a file that contains one.

        Returns None if it is not of this framework. Executes nothing in a file; raises
        ``SpecError`` if it cannot be read.
        """

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Load tensors into a third-party model, by its own names and in its own layout."""

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read a file in the framework's own format as arrays by name.

        A name joins the keys of the containers around the tensor by dots. Types that numpy lacks
        become float32, with the original type in ``dtype.metadata["stored"]``. Executes nothing in
        the file; raises ``SpecError`` if it cannot be read.
        """

    def run(
        self, model: Any, inputs: Mapping[str, Any], device: str, taps: tuple[str, ...] = ()
    ) -> Ran:
        """Run a batch through a model in inference mode.

        ``taps`` are paths of nodes and scopes; those without a counterpart in the model are left
        out.
        """

    def prepare(self, model: Any, workload: Workload) -> Prepared:
        """Get a filled model, or a third-party one, ready to be measured.

        Norms take their statistics from the batch, so that no value vanishes or overflows, which
        would change how long it takes.
        """

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Return why a model of a graph cannot be exported as wanted; None if nothing is known."""

    def export(self, model: Any, graph: Graph, wanted: Export, path: Path) -> None:
        """Export a filled model for inference in one of the formats of ``exports``."""
