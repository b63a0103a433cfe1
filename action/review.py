"""Review a pull request or a push on GitHub: a summary of the job, and one comment kept up to date.

The argument is the archspec command; everything else comes from the variables of GitHub's runner.
Nothing is said where no network changed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

MARKER = "<!-- archspec review -->"
SETTLED = f"{MARKER}\nNo network differs from the base any more.\n"
_NOTHING = "0" * 40
_NAME = re.compile(r"(?!.*\.\.)[\w@][\w./@{}~^-]*")
"""Names of commits: no option of git, and no range or map of references."""
_OF_A_MERGE = 2
"""Parents of the commit that merges a pull request into its base."""
_PAGE = 100
_MOST_PAGES = 30
_SECONDS = 30


def main(program: str) -> int:
    """Compare, and tell what was found where GitHub shows it."""
    event = _event()
    base = os.environ.get("ARCHSPEC_BASE") or _first_parent(event) or _base(event)
    if not _is_there(base):
        notice(f"there is no commit to compare with ({base or 'no base'})")
        return 0
    done = subprocess.run(  # the program that the action installed
        [program, "git", "review", "--", base],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )
    if done.returncode:
        return done.returncode
    _tell(done.stdout)
    number = event.get("pull_request", {}).get("number")
    if number and os.environ.get("ARCHSPEC_COMMENT", "true") == "true":
        _comment(int(number), done.stdout)
    return 0


def notice(text: str) -> None:
    """Say something in the log, in one line whatever is in it."""
    line = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    sys.stdout.write(f"::notice title=archspec::{line}\n")


def _event() -> dict[str, Any]:
    file = os.environ.get("GITHUB_EVENT_PATH")
    found = json.loads(Path(file).read_text("utf-8")) if file else {}
    return found if isinstance(found, dict) else {}


def _base(event: dict[str, Any]) -> str:
    """Find the commit that a pull request goes to, or that was there before a push."""
    before = str(event.get("before") or "")
    before = "" if before == _NOTHING else before
    return str(event.get("pull_request", {}).get("base", {}).get("sha") or before)


def _first_parent(event: dict[str, Any]) -> str:
    """Find what a pull request was merged into for this very check; empty where it was not.

    The base of the event may be older, and what others changed since is not the pull request's.
    """
    change = event.get("pull_request", {})
    parents = re.findall(r"^parent (\w+)$", _said("cat-file", "commit", "HEAD"), re.MULTILINE)
    head = change.get("head", {}).get("sha")
    is_merged = change and len(parents) == _OF_A_MERGE and head in (None, parents[-1])
    return parents[0] if is_merged else ""


def _is_there(commit: str) -> bool:
    """Whether the clone has a commit; a shallow one may have to fetch it."""
    if not _NAME.fullmatch(commit):
        return False
    fetch = ("fetch", "--quiet", "--depth=1", "--end-of-options", "origin", commit)
    return _knows(commit) or (_git(*fetch) and _knows(commit))


def _knows(commit: str) -> bool:
    return _git("rev-parse", "--quiet", "--verify", "--end-of-options", f"{commit}^{{commit}}")


def _git(*arguments: str) -> bool:
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    return done.returncode == 0


def _said(*arguments: str) -> str:
    """Ask git; empty where it has no answer. What follows the first empty line is somebody's."""
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    return done.stdout.partition(b"\n\n")[0].decode(errors="replace")


def _tell(report: str) -> None:
    """Write the summary of the job, and whether anything changed."""
    if report:
        _append("GITHUB_STEP_SUMMARY", report)
    _append("GITHUB_OUTPUT", f"changed={'true' if report else 'false'}\n")


def _append(variable: str, text: str) -> None:
    file = os.environ.get(variable)
    if file:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(text)


def _comment(number: int, report: str) -> None:
    """Write the comment or bring it up to date; without the right to, leave it at the summary."""
    try:
        known = next((each for each in _comments(number) if _is_ours(each)), None)
        if known is not None:
            body = f"{MARKER}\n{report}" if report else SETTLED
            if known["body"].strip() != body.strip():
                _call("PATCH", f"issues/comments/{known['id']}", body)
        elif report:
            _call("POST", f"issues/{number}/comments", f"{MARKER}\n{report}")
    except HTTPError as error:
        notice(f"no comment: the token may not write one ({error.code}); see the job's summary")
    except (URLError, OSError) as error:
        notice(f"no comment: {error}")


def _is_ours(comment: dict[str, Any]) -> bool:
    """Whether a comment was written here: it begins with the marker, and the token is its author's.

    A token of a job, or of an app, may not ask whose it is; such comments are a bot's.
    """
    if not str(comment.get("body", "")).startswith(MARKER):
        return False
    author = comment.get("user")
    if not isinstance(author, dict):
        return True
    name, login = _own_name(), str(author.get("login"))
    return login == name if name else author.get("type") == "Bot" or login.endswith("[bot]")


@cache
def _own_name() -> str:
    """Ask who the token belongs to; empty where it may not ask."""
    try:
        found = _ask("GET", "user")
    except HTTPError:
        return ""
    return str(found.get("login") or "") if isinstance(found, dict) else ""


def _comments(number: int) -> Iterator[dict[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        found = _call("GET", f"issues/{number}/comments?per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return


def _call(method: str, path: str, body: str | None = None) -> Any:
    """Ask GitHub about the repository."""
    return _ask(method, f"repos/{os.environ['GITHUB_REPOSITORY']}/{path}", body)


def _ask(method: str, path: str, body: str | None = None) -> Any:
    """Ask GitHub."""
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = Request(  # noqa: S310  # the runner says where GitHub is
        f"{api}/{path}",
        None if body is None else json.dumps({"body": body}).encode(),
        {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ.get('ARCHSPEC_TOKEN', '')}",
            "Content-Type": "application/json",
        },
        method=method,
    )
    with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
