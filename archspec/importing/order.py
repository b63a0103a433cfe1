"""What to import: a model of one's own code, or a file, with the sizes of its inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archspec.raising.naming import name_of

NETWORK = "network"
"""What a network is called whose source has no name."""

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """An import: its source, sizes of inputs by name, arguments of the function, its own name.

    The empty name stands for the only input. ``otherwise`` are sizes of inputs that the source
    leaves open, which it need not have.
    """

    source: str
    inputs: Mapping[str, Shape]
    arguments: Mapping[str, Any]
    name: str = ""
    verify: bool = True
    list_missing: bool = False
    flat: bool = False
    otherwise: Mapping[str, Shape] = field(default_factory=dict)

    @property
    def sizes(self) -> Mapping[str, Shape]:
        """Sizes of inputs by name, for what the source leaves open."""
        return {**self.otherwise, **self.inputs}

    @property
    def called(self) -> str:
        """The name of the network: as told, or that of the function or the file."""
        code, colon, function = self.source.partition(":")
        own = function.rpartition(".")[2] if colon else Path(code).stem
        return self.name or name_of(own, NETWORK)

    @property
    def told(self) -> str:
        """What a spec says of its source: the call or the file; nothing of a live model."""
        if self.source == self.name:
            return ""
        given = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        is_code = ":" in self.source
        said = self.source if is_code else Path(self.source).name
        return f"imported from {said}({given})" if given else f"imported from {said}"

    def write(self, file: Path) -> None:
        """Write the order for a process of its own."""
        file.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, file: Path) -> Order:
        """Read an order."""
        said = json.loads(file.read_text("utf-8"))
        sizes = ("inputs", "otherwise")
        read = {name: {k: tuple(v) for k, v in said[name].items()} for name in sizes}
        return cls(**{**said, **read})
