"""Links of the documents, which are those of the repository, as links of the site."""

from __future__ import annotations

import posixpath
import re

_CODE = r"^(?P<fence>`{3,}).*?^(?P=fence)$|`[^`\n]*`"
_LINK = r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<link>[^)\s]+)\)"
_EITHER = re.compile(f"{_CODE}|{_LINK}", re.MULTILINE | re.DOTALL)
_DIAGRAM = re.compile(r"<details><summary>[^<]*</summary>\s*```mermaid.*?</details>", re.DOTALL)
_SPEC = re.compile(r"specs/(.+)\.yaml")
_PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "docs/decisions": "documents.md#decisions",
    "docs/index.md": "documents.md",
}
"""Pages of the site for files of the repository which have none in ``docs``."""
_DOCS = "docs/"


def rewritten(markdown: str, file: str) -> str:
    """Rewrite the links of a file of the repository for its place on the site.

    A link to a spec or to one of its variants leads to its page; one to a file that the site lacks
    becomes its text. What is folded is Markdown, as on GitHub.
    """
    told = _EITHER.sub(lambda found: _link(found, file), markdown)
    return told.replace("\n<details><summary>", '\n<details markdown="1"><summary>')


def without_diagram(markdown: str, instead: str) -> str:
    """Replace a folded diagram of Mermaid, which the site does not draw."""
    return _DIAGRAM.sub(lambda _: instead, markdown)


def _link(found: re.Match[str], file: str) -> str:
    link = found["link"]
    if link is None or "://" in link or link.startswith("#"):
        return found[0]
    path, _, anchor = link.partition("#")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    target, anchor = _target(whole, anchor)
    if target is None:
        return found["text"]
    here = posixpath.dirname(place(file) or "")
    there = f"{posixpath.relpath(target, here or '.')}{anchor and '#'}{anchor}"
    return f"{found['image']}[{found['text']}]({there})"


def _target(file: str, anchor: str) -> tuple[str | None, str]:
    """Find the page and anchor that a link leads to; a variant, named as one, has a page."""
    spec = _SPEC.fullmatch(file)
    return (f"zoo/{spec[1]}/{anchor}.md", "") if spec and anchor else (place(file), anchor)


def place(file: str) -> str | None:
    """Find the place on the site of a file of the repository; None if it has none."""
    spec = _SPEC.fullmatch(file)
    if spec:
        return f"zoo/{spec[1]}.md"
    if file in _PAGES:
        return _PAGES[file]
    return file.removeprefix(_DOCS) if file.startswith(_DOCS) else None
