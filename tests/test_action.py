"""The action for GitHub: its script against a repository and a server made for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.commands.running import PROGRAM, ROOT
from tests.repositories import SMALL, Repository

MARKER = "<!-- archspec review -->"


@dataclass
class Forge:
    """What stands in for GitHub: comments of one pull request, and what was asked."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refuses: bool = False
    url: str = ""


@pytest.fixture
def forge() -> Iterator[Forge]:
    """Serve the part of GitHub's API that the script uses."""
    found = Forge()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            size = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(size) or "{}")
            self.send_response(403 if found.refuses and self.command != "GET" else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(self.result(sent)).encode())

        def result(self, sent: dict[str, Any]) -> Any:
            if self.command == "GET":
                return found.comments
            if self.command == "POST" and not found.refuses:
                found.comments.append({"id": 7, **sent})
            elif self.command == "PATCH":
                found.comments[-1]["body"] = sent["body"]
            return {}

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  # the names that the server wants

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Runner:
    """A job on GitHub's runner, in a clone of a repository."""

    repository: Repository
    forge: Forge
    folder: Path

    def run(self, event: dict[str, Any], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script as the action does."""
        self.folder.mkdir(exist_ok=True)
        for name in ("summary", "output"):
            (self.folder / name).write_text("", "utf-8")
        (self.folder / "event.json").write_text(json.dumps(event), "utf-8")
        program = self.folder / "archspec"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{PROGRAM}" "$@"\n', "utf-8")
        program.chmod(0o755)
        return subprocess.run(
            [sys.executable, str(ROOT / "action/review.py"), str(program)],
            cwd=self.repository.root,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "GITHUB_API_URL": self.forge.url,
                "GITHUB_REPOSITORY": "somebody/networks",
                "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                "GITHUB_OUTPUT": str(self.folder / "output"),
                "ARCHSPEC_TOKEN": "secret",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def written(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")


@pytest.fixture
def runner(tmp_path: Path, forge: Forge) -> Runner:
    """Make a repository whose branch doubles the classes of a network."""
    repository = Repository.made(tmp_path / "clone")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.change("specs/small.yaml", "dense 10", "dense 20")
    repository.commit("Twice the classes")
    return Runner(repository, forge, tmp_path / "runner")


def pull_request(runner: Runner) -> dict[str, Any]:
    base = runner.repository.git("rev-parse", "main").strip()
    return {"pull_request": {"number": 5, "base": {"sha": base}}}


def test_a_pull_request_gets_a_summary_and_one_comment(runner: Runner) -> None:
    for _ in range(2):
        done = runner.run(pull_request(runner))
        assert done.returncode == 0, done.stderr
    assert runner.written("summary").startswith("### dense units 10→20 at logits: ")
    assert runner.written("output") == "changed=true\n"
    (comment,) = runner.forge.comments
    assert comment["body"].startswith(f"{MARKER}\n### dense units 10→20 at logits: ")
    assert "checkpoints do not load (2 of 6 tensors); computes otherwise" in comment["body"]
    assert [each.split()[0] for each in runner.forge.asked] == ["GET", "POST", "GET"]


def test_the_comment_follows_the_branch_and_says_when_all_is_as_before(runner: Runner) -> None:
    runner.run(pull_request(runner))
    runner.repository.change("specs/small.yaml", "dense 20", "dense 30")
    runner.repository.commit("Thrice")
    runner.run(pull_request(runner))
    assert "10 -> 30" in runner.forge.comments[0]["body"]
    runner.repository.change("specs/small.yaml", "dense 30", "dense 10")
    runner.repository.commit("Back")
    runner.run(pull_request(runner))
    (comment,) = runner.forge.comments
    assert comment["body"] == f"{MARKER}\nNo network differs from the base any more.\n"


def test_comments_of_others_are_left_alone(runner: Runner) -> None:
    runner.forge.comments.append({"id": 1, "body": "Nice."})
    runner.run(pull_request(runner))
    assert [each["body"][:5] for each in runner.forge.comments] == ["Nice.", MARKER[:5]]


def test_nothing_is_said_where_no_network_changed(runner: Runner) -> None:
    runner.repository.write("specs/small.yaml", f"# a remark\n{SMALL}")
    runner.repository.commit("Only a remark")
    done = runner.run(pull_request(runner))
    assert (done.returncode, done.stdout) == (0, "")
    assert runner.written("summary") == ""
    assert runner.written("output") == "changed=false\n"
    assert runner.forge.comments == []


def test_a_token_that_may_not_comment_is_no_failure(runner: Runner) -> None:
    runner.forge.refuses = True
    done = runner.run(pull_request(runner))
    assert done.returncode == 0
    assert "::notice title=archspec::no comment: the token may not write one (403)" in done.stdout
    assert runner.written("summary")


def test_a_push_has_a_summary_and_no_comment(runner: Runner) -> None:
    base = runner.repository.git("rev-parse", "HEAD~1").strip()
    runner.run({"before": base})
    assert "dense units" in runner.written("summary")
    assert runner.forge.asked == []


def test_the_comment_can_be_switched_off(runner: Runner) -> None:
    runner.run(pull_request(runner), ARCHSPEC_COMMENT="false")
    assert runner.written("summary")
    assert runner.forge.asked == []


def test_a_shallow_clone_fetches_the_base(runner: Runner, tmp_path: Path) -> None:
    source = runner.repository
    source.git("config", "uploadpack.allowAnySHA1InWant", "true")
    shallow = Repository(tmp_path / "shallow")
    source.git("clone", "--quiet", "--depth=1", f"file://{source.root}", str(shallow.root))
    job = Runner(shallow, runner.forge, runner.folder)
    done = job.run(pull_request(runner))
    assert done.returncode == 0, done.stderr
    assert "dense units" in job.written("summary")


BOT = {"login": "github-actions[bot]", "type": "Bot"}
MALLORY = {"login": "mallory", "type": "User"}


@pytest.mark.parametrize(
    "other",
    [
        {"body": f"> {MARKER}\n> ### quoted", "user": MALLORY},
        {"body": f"{MARKER}\nforged", "user": MALLORY},
        {"body": f"look: {MARKER}", "user": BOT},
    ],
)
def test_only_ones_own_comment_is_brought_up_to_date(runner: Runner, other: dict[str, Any]) -> None:
    runner.forge.comments.append({"id": 1, **other})
    runner.run(pull_request(runner))
    kept, own = runner.forge.comments
    assert kept == {"id": 1, **other}
    own["user"] = BOT
    runner.repository.change("specs/small.yaml", "dense 20", "dense 30")
    runner.repository.commit("Thrice")
    runner.run(pull_request(runner))
    assert [each["body"] for each in runner.forge.comments][:1] == [other["body"]]
    assert "10 -> 30" in runner.forge.comments[1]["body"]
    assert len(runner.forge.comments) == 2


def test_what_others_changed_before_the_merge_is_not_the_pull_requests(runner: Runner) -> None:
    clone = runner.repository
    event = pull_request(runner)
    event["pull_request"]["head"] = {"sha": clone.git("rev-parse", "side").strip()}
    clone.git("checkout", "--quiet", "main")
    clone.write("specs/other.yaml", SMALL.replace("name: small", "name: other"))
    clone.commit("Another network, of somebody else")
    clone.git("checkout", "--quiet", "--detach")
    clone.git("merge", "--quiet", "--no-ff", "-m", "Merge the pull request", "side")
    assert runner.run(event).returncode == 0
    assert "specs/small.yaml" in runner.written("summary")
    assert "specs/other.yaml" not in runner.written("summary")


def test_a_branch_that_took_its_base_in_is_compared_with_the_base(runner: Runner) -> None:
    clone = runner.repository
    clone.git("checkout", "--quiet", "main")
    clone.write("notes.txt", "notes")
    clone.commit("Take notes")
    clone.git("checkout", "--quiet", "side")
    clone.git("merge", "--quiet", "--no-ff", "-m", "Take main in", "main")
    event = pull_request(runner)
    event["pull_request"]["head"] = {"sha": clone.git("rev-parse", "side").strip()}
    runner.run(event)
    assert "specs/small.yaml" in runner.written("summary")


@pytest.mark.parametrize(
    "base", ["--upload-pack=touch pwned;", "-h", "main:stolen", "+main:stolen", "a\n::error::b"]
)
def test_a_base_that_is_more_than_a_name_reaches_no_command(runner: Runner, base: str) -> None:
    done = runner.run({}, ARCHSPEC_BASE=base)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "there is no commit to compare with" in done.stdout
    assert not (runner.repository.root / "pwned").exists()
    assert "stolen" not in runner.repository.git("branch", "--list")


def test_a_spec_that_became_binary_is_told(runner: Runner) -> None:
    (runner.repository.root / "specs/small.yaml").write_bytes(b"\0\xff" * 9)
    runner.repository.commit("Break it")
    runner.run(pull_request(runner))
    assert "file/encoding" in runner.written("summary")


def test_nothing_of_the_checkout_is_imported_where_the_action_runs_python() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    install, review = (step["run"] for step in action["runs"]["steps"])
    assert install.startswith('cd "$RUNNER_TEMP"\n')
    calls = [line for line in f"{install}\n{review}".splitlines() if "-m " in line or ".py" in line]
    assert len(calls) == 3
    assert all(line.split()[1] == "-I" for line in calls)


@pytest.mark.parametrize("event", [{}, {"before": "0" * 40}, {"before": "1" * 40}])
def test_without_a_base_nothing_is_compared(runner: Runner, event: dict[str, Any]) -> None:
    done = runner.run(event)
    assert done.returncode == 0
    assert "there is no commit to compare with" in done.stdout


def test_the_action_hands_its_script_every_input() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert action["runs"]["using"] == "composite"
    steps = json.dumps(action["runs"]["steps"])
    for name in action["inputs"]:
        assert f"inputs.{name} " in steps
    script = (ROOT / "action/review.py").read_text("utf-8")
    for name in action["runs"]["steps"][1]["env"]:
        assert name in script


def test_hooks_for_pre_commit_need_no_framework_and_name_verbs_that_are_there() -> None:
    from archspec.commands.main import VERBS

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["archspec-check", "archspec-fmt", "archspec-draw"]
    for hook in hooks:
        program, verb = hook["entry"].split()
        assert (program, hook["language"]) == ("archspec-nn", "python")
        assert verb in VERBS
        assert "additional_dependencies" not in hook
