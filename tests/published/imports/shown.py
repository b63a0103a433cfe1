"""The page of specs as they come out of import, made anew.

``python -m tests.published.imports.shown PAGE`` imports the models whose sources are the titles of
the page's blocks, and writes their specs; what is said around them stays.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from archspec.importing.importing import spec_of
from archspec.importing.order import Order
from archspec.importing.source import source_of

_SPEC = re.compile(
    r"^## `(?P<source>\S+) --input (?P<size>\S+)`\n.*?^```yaml\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def main(page: Path) -> None:
    """Write the specs of a page."""
    text = page.read_text("utf-8")
    page.write_text(_SPEC.sub(_imported, text), "utf-8")


def _imported(found: re.Match[str]) -> str:
    size = tuple(int(each) for each in found["size"].split("x"))
    order = Order(found["source"], {"": size}, {}, verify=False)
    spec = spec_of(source_of(order).network(order), order).text
    before = found[0][: found.start(3) - found.start()]
    return f"{before}{spec}```"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
