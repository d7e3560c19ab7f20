"""The workflows that the documentation shows, run from beginning to end."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import yaml
from actions.github.conftest import CLEAN, SECRET, VALUE, Workspace, pull_request
from actions.github.workflow import Workflow
from composite_action import Event
from support import ROOT

from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keys import generate_keypair

if sys.platform == "win32":
    pytest.skip("another platform is needed: these run GitHub's Linux runner", allow_module_level=True)

EXECUTES = (
    "examples/ci/github/comment.yaml",
    "examples/ci/github/convert.yaml",
    "examples/ci/github/gate.yaml",
    "examples/ci/github/history.yaml",
)
EXAMPLES = ROOT / "examples" / "ci" / "github"
GH = """\
#!/usr/bin/env bash
# Stands in for GitHub's own program: remembers what it is asked, and knows one comment if it is told to.
printf '%s\\n' "$*" >>"$ASKED"
for word; do
  case $word in
    body=@*) cp "${word#body=@}" "$ASKED.body" ;;
    --jq) printf '%s\\n' "$KNOWN" ;;
  esac
done
"""


@pytest.fixture
def gh(tmp_path: Path) -> dict[str, str]:
    """The environment in which `gh` is one of ours."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "gh").write_text(GH, encoding="utf-8")
    (folder / "gh").chmod(0o755)
    asked = tmp_path / "asked"
    asked.touch()
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "ASKED": str(asked), "KNOWN": ""}


def proposed(workspace: Workspace, content: str, *, fork: bool = False) -> Event:
    """A pull request that brings a file, merged and checked out."""
    base = workspace.git("rev-parse", "HEAD")
    workspace.git("switch", "--quiet", "--create", "topic")
    workspace.write("db.yaml", content)
    head = workspace.commit("Propose")
    workspace.git("switch", "--quiet", "main")
    workspace.git("merge", "--quiet", "--no-ff", "--message", "Merge", "topic")
    event = pull_request(base, head)
    name = "somebody/gitops" if fork else "example/gitops"
    event.payload["pull_request"]["head"]["repo"] = {"fork": fork, "full_name": name}
    event.payload["pull_request"]["number"] = "5"
    return event


@pytest.mark.parametrize(
    ("content", "fork", "status"),
    [(SECRET, False, "failure"), (CLEAN, False, "success"), (SECRET, True, "failure"), (CLEAN, True, "success")],
    ids=["finding", "clean", "finding from a fork", "clean from a fork"],
)
def test_the_gate_reports_to_code_scanning(workspace: Workspace, content: str, fork: bool, status: str) -> None:
    event = proposed(workspace, content, fork=fork)
    workflow = Workflow(EXAMPLES / "gate.yaml", workspace, event, {"REFUSE_UPLOADS": "1"} if fork else {})
    assert workflow.run()["gate"].status == status
    (upload,) = workflow.uploads
    assert upload["category"] == "sealwright"
    results = json.loads(Path(upload["sarif_file"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) == (status == "failure")


@pytest.mark.parametrize("name", ["github/gate.yaml", "github/history.yaml", "init/github.yml"])
def test_no_push_takes_the_place_of_another(workspace: Workspace, name: str) -> None:
    """The next one is compared with what the cancelled one brought, which nobody would then have looked at."""
    file = EXAMPLES.parent / name
    push = Workflow(file, workspace, Event("push"))
    assert push.group("refs/heads/main", "7") != push.group("refs/heads/main", "8")
    request = Workflow(file, workspace, Event("pull_request"))
    assert request.group("refs/pull/5/merge", "7") == request.group("refs/pull/5/merge", "8")
    assert request.group("refs/pull/5/merge", "7") != request.group("refs/pull/6/merge", "7")


def test_another_base_is_judged_anew(workspace: Workspace) -> None:
    """A pull request whose base is changed gets the event `edited`, and no other."""
    brought = proposed(workspace, SECRET)
    event = brought._replace(payload={**brought.payload, "action": "edited"})
    for name, job in (("gate.yaml", "gate"), ("history.yaml", "history"), ("comment.yaml", "gate")):
        assert Workflow(EXAMPLES / name, workspace, event).run(job)[job].status == "failure"
    started = yaml.safe_load((EXAMPLES.parent / "init" / "github.yml").read_text(encoding="utf-8"))[True]
    assert "edited" in started["pull_request"]["types"]


def test_history_finds_what_is_gone(workspace: Workspace) -> None:
    event = proposed(workspace, SECRET)
    workflow = Workflow(EXAMPLES / "history.yaml", workspace, event)
    assert workflow.run()["history"].status == "failure"


@pytest.mark.parametrize("known", ["", "77"], ids=["first", "again"])
def test_a_comment_is_written_once_and_renewed(workspace: Workspace, gh: dict[str, str], known: str) -> None:
    event = proposed(workspace, SECRET)
    jobs = Workflow(EXAMPLES / "comment.yaml", workspace, event, gh | {"KNOWN": known}).run()
    assert [jobs["gate"].status, jobs["comment"].status] == ["failure", "success"], jobs["comment"].log
    listing, writing = Path(gh["ASKED"]).read_text(encoding="utf-8").splitlines()
    assert "repos/example/gitops/issues/5/comments --jq" in listing
    assert '"<!-- sealwright:gate -->"' in listing.replace("\\", "")
    wanted = f"--method PATCH repos/example/gitops/issues/comments/{known}" if known else "--method POST"
    assert wanted in writing
    body = Path(f"{gh['ASKED']}.body").read_text(encoding="utf-8")
    assert body.startswith("<!-- sealwright:gate -->\n")
    assert VALUE not in body


def test_without_a_report_the_comment_says_so(workspace: Workspace, gh: dict[str, str]) -> None:
    workspace.write(".sealwright.yaml", "police: {}\n")
    workspace.commit()
    event = proposed(workspace, CLEAN)
    jobs = Workflow(EXAMPLES / "comment.yaml", workspace, event, gh | {"KNOWN": "77"}).run()
    assert [jobs["gate"].status, jobs["comment"].status] == ["failure", "success"], jobs["comment"].log
    listing, writing = Path(gh["ASKED"]).read_text(encoding="utf-8").splitlines()
    assert '"<!-- sealwright:gate -->"' in listing.replace("\\", "")
    assert "--method PATCH repos/example/gitops/issues/comments/77" in writing
    first, *others = Path(f"{gh['ASKED']}.body").read_text(encoding="utf-8").splitlines()
    assert first == "<!-- sealwright:gate -->"
    assert others == ["There is no report of this run: its log says why."]


def test_a_fork_gets_no_comment(workspace: Workspace, gh: dict[str, str]) -> None:
    jobs = Workflow(EXAMPLES / "comment.yaml", workspace, proposed(workspace, SECRET, fork=True), gh).run()
    assert jobs["comment"].status == "skipped"
    assert Path(gh["ASKED"]).read_text(encoding="utf-8") == ""


def test_a_conversion_is_proposed(workspace: Workspace, gh: dict[str, str], tmp_path: Path) -> None:
    certificate = generate_keypair(bits=2048)[1]
    pin = load_certificate(certificate, source="cluster.pem").fingerprint
    clusters = {"prod": {"paths": ["**"], "certificate": "cluster.pem", "fingerprint": pin}}
    workspace.write(".sealwright.yaml", json.dumps({"clusters": clusters}))
    workspace.write("cluster.pem", certificate)
    workspace.write("db.yaml", SECRET)
    workspace.commit("What is there")
    remote = tmp_path / "remote.git"
    workspace.git("init", "--quiet", "--bare", remote)
    workspace.git("remote", "add", "origin", remote)
    jobs = Workflow(EXAMPLES / "convert.yaml", workspace, Event(), gh).run()
    assert jobs["convert"].status == "success", jobs["convert"].log
    shown = workspace.git("--git-dir", remote, "show", "sealwright/convert-7:db.yaml")
    assert "kind: SealedSecret" in shown
    assert VALUE not in jobs["convert"].log
    assert "pr create --head sealwright/convert-7" in Path(gh["ASKED"]).read_text(encoding="utf-8")
