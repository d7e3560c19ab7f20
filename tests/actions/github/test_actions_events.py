"""Which commit a change is compared with, event by event; and that nothing passes where git does not know it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from actions.github.conftest import SECRET, Workspace, pull_request
from composite_action import Event

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

Told = Callable[[dict[str, str]], Event]
ZEROS = "0" * 40
OLD = "apps/old.yaml"
NEW = "apps/new.yaml"


@pytest.fixture
def history(workspace: Workspace) -> dict[str, str]:
    """Commits by name. `main` has an old finding and goes on; `topic` brings a new one, and `merge` joins both.

    `then` takes the finding of `topic` away again.
    """
    workspace.write(OLD, SECRET.replace("name: db", "name: old"))
    commits = {"base": workspace.commit("What was there")}
    workspace.git("switch", "--quiet", "--create", "topic")
    workspace.write(NEW, SECRET)
    commits["topic"] = workspace.commit("Bring something new")
    workspace.git("switch", "--quiet", "main")
    workspace.write("apps/others.yaml", SECRET.replace("name: db", "name: others"))
    commits["main"] = workspace.commit("Others go on")
    workspace.git("switch", "--quiet", "--detach", "main")
    workspace.git("merge", "--quiet", "--no-ff", "--message", "Merge", "topic")
    commits["merge"] = workspace.git("rev-parse", "HEAD")
    workspace.git("update-ref", "refs/pull/1/merge", "HEAD")
    workspace.git("switch", "--quiet", "--create", "then", "topic")
    workspace.git("rm", "--quiet", NEW)
    commits["then"] = workspace.commit("Take it away again")
    return commits


def at(workspace: Workspace, commit: str, depth: int = 0) -> Workspace:
    """A clone as actions/checkout makes it for an event, on no branch."""
    other = Workspace(workspace.path.parent / f"clone-{commit[:8]}-{depth}")
    other.init(other.path)
    other.checkout, other.temporary = workspace.checkout, workspace.temporary
    other.git("remote", "add", "origin", workspace.path.as_uri())
    workspace.git("config", "uploadpack.allowAnySHA1InWant", "true")
    limit = [f"--depth={depth}"] if depth else ["refs/heads/*:refs/remotes/origin/*"]
    other.git("fetch", "--quiet", "--no-tags", "origin", commit, *limit)
    other.git("checkout", "--quiet", "--detach", commit)
    return other


def push(before: str, after: str, ref: str = "refs/heads/topic") -> Event:
    payload = {"before": before, "after": after, "ref": ref, "repository": {"default_branch": "main"}}
    return Event("push", payload)


def merge_group(base: str, head: str) -> Event:
    return Event("merge_group", {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main", "head_sha": head}})


@pytest.mark.parametrize(
    ("head", "event"),
    [
        ("merge", lambda c: pull_request(c["base"], c["topic"])),
        ("topic", lambda c: pull_request(c["main"], c["topic"])),
        ("topic", lambda c: Event("pull_request_target", pull_request(c["main"], c["topic"]).payload)),
        ("merge", lambda c: merge_group(c["main"], c["merge"])),
        ("topic", lambda c: push(c["base"], c["topic"])),
        ("topic", lambda c: push(ZEROS, c["topic"])),
        ("topic", lambda c: push("1234" * 10, c["topic"])),
        ("topic", lambda c: push(c["then"], c["topic"])),
        ("merge", lambda c: push(c["main"], c["merge"], "refs/heads/main")),
    ],
    ids=["pull request", "its head", "its head for target", "queue", "push", "new branch", "forced", "back", "to main"],
)
def test_only_what_a_change_brings_counts(
    workspace: Workspace, history: dict[str, str], head: str, event: Told
) -> None:
    ran = at(workspace, history[head]).use("gate", event(history))
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == ("fail", "1"), ran.log
    assert NEW in ran.annotations[0].properties


@pytest.mark.parametrize(
    "event",
    [
        lambda c: Event("workflow_dispatch", {}),
        lambda c: Event("schedule", {}),
        lambda c: push(ZEROS, c["topic"], "refs/tags/v1"),
        lambda c: push(ZEROS, c["topic"], "refs/heads/main"),
    ],
    ids=["by hand", "timer", "tag", "first push"],
)
def test_everything_counts_where_there_is_nothing_to_compare_with(
    workspace: Workspace, history: dict[str, str], event: Told
) -> None:
    ran = at(workspace, history["topic"]).use("gate", event(history))
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == ("fail", "2"), ran.log
    assert "Everything counts" in ran.log


@pytest.mark.parametrize(
    ("head", "event"),
    [
        ("merge", lambda c: pull_request(c["base"], c["topic"])),
        ("merge", lambda c: merge_group(c["main"], c["merge"])),
        ("topic", lambda c: push(c["base"], c["topic"])),
        ("topic", lambda c: push(ZEROS, c["topic"])),
    ],
    ids=["pull request", "queue", "push", "new branch"],
)
def test_a_shallow_clone_fails_closed_and_says_what_to_do(
    workspace: Workspace, history: dict[str, str], head: str, event: Told
) -> None:
    ran = at(workspace, history[head], depth=1).use("gate", event(history))
    assert (ran.status, ran.outputs["verdict"]) == ("failure", "incomplete"), ran.log
    assert "fetch-depth: 0" in ran.annotations[0].data
    assert "fetch-depth: 0" in ran.summary


def test_two_commits_are_enough_for_a_pull_request(workspace: Workspace, history: dict[str, str]) -> None:
    event = pull_request(history["base"], history["topic"])
    ran = at(workspace, history["merge"], depth=2).use("gate", event)
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == ("fail", "1"), ran.log


@pytest.mark.parametrize(
    ("head", "event"),
    [
        ("main", lambda c: Event("pull_request_target", pull_request(c["main"], c["topic"]).payload)),
        ("main", lambda c: push(c["base"], c["topic"])),
        ("topic", lambda c: pull_request("1234" * 10, c["topic"])),
        ("topic", lambda c: pull_request(c["main"], "1234" * 10)),
        ("topic", lambda c: merge_group("", c["topic"])),
        ("topic", lambda c: pull_request("--all", c["topic"])),
        ("topic", lambda c: Event("pull_request", {"pull_request": ["no", "mapping"]})),
    ],
    ids=["the base itself", "something else", "unknown base", "unknown head", "no base", "option", "other shape"],
)
def test_nothing_passes_that_was_not_compared(
    workspace: Workspace, history: dict[str, str], head: str, event: Told
) -> None:
    ran = at(workspace, history[head]).use("gate", event(history))
    assert (ran.status, ran.outputs["verdict"]) == ("failure", "incomplete"), ran.log


def test_a_base_that_is_named_is_taken(workspace: Workspace, history: dict[str, str]) -> None:
    clone = at(workspace, history["topic"])
    assert clone.use("gate", base="origin/main").outputs["findings"] == "1"
    assert clone.use("gate", base="").outputs["findings"] == "2"


def test_commits_of_a_change_are_scanned_though_its_files_are_clean(
    workspace: Workspace, history: dict[str, str]
) -> None:
    clone = at(workspace, history["then"])
    event = pull_request(history["main"], history["then"])
    assert clone.use("scan", event, paths="README.md").status == "success"
    ran = clone.use("scan", event, history="auto")
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == ("fail", "1"), ran.log
    assert NEW in ran.annotations[0].properties


def test_a_fork_needs_neither_a_token_nor_a_secret(workspace: Workspace, history: dict[str, str]) -> None:
    """The runner here passes no token at all: what works here works for a fork."""
    event = pull_request(history["main"], history["topic"], repository={"default_branch": "main", "fork": False})
    action = (workspace.checkout / "actions" / "gate" / "action.yml").read_text(encoding="utf-8")
    assert "token" not in action
    assert at(workspace, history["merge"]).use("gate", event).outputs["verdict"] == "fail"


@pytest.mark.parametrize(
    ("head", "depth", "name", "into", "verdict", "findings"),
    [
        ("topic", 0, "push", "", "fail", "2"),
        ("topic", 0, "pull_request", "", "fail", "2"),
        ("topic", 0, "pull_request", "gone", "fail", "2"),
        ("main", 0, "pull_request", "main", "fail", "2"),
        ("topic", 0, "pull_request", "main", "fail", "1"),
        ("merge", 0, "pull_request", "main", "fail", "1"),
        ("topic", 1, "push", "", "incomplete", "0"),
        ("topic", 1, "pull_request", "main", "incomplete", "0"),
    ],
)
def test_a_runner_that_writes_no_event_is_asked_for_the_branch(
    workspace: Workspace,
    history: dict[str, str],
    head: str,
    depth: int,
    name: str,
    into: str,
    verdict: str,
    findings: str,
) -> None:
    ran = at(workspace, history[head], depth).use("gate", Event(name, into=into))
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == (verdict, findings), ran.log


def test_everything_counts_in_a_checkout_without_git(workspace: Workspace) -> None:
    workspace.write(NEW, SECRET)
    shutil.rmtree(workspace.path / ".git")
    ran = workspace.use("gate", Event("push", into=""))
    assert (ran.outputs["verdict"], ran.outputs["findings"]) == ("fail", "1"), ran.log
    (workspace.path / NEW).unlink()
    assert workspace.use("gate", Event("push", into="")).outputs["verdict"] == "pass"


def test_an_event_that_cannot_be_read_is_no_reason_to_pass(workspace: Workspace, tmp_path: Path) -> None:
    from sealwright.cli.ci_change import change_of_event
    from sealwright.errors import SealwrightError, UsageError

    bad = tmp_path / "event.json"
    for content in (b"", b"{", b"[" * 100_000, b"\xff\xfe"):
        bad.write_bytes(content)
        environment = {"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(bad)}
        with pytest.raises(SealwrightError, match="event"):
            change_of_event(str(workspace.path), environment)
    with pytest.raises(UsageError, match="auto"):
        change_of_event(str(workspace.path), {})
