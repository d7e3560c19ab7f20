"""The actions that stop a build: scan, gate and verify, each run with a package that is really installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions.codecatalyst.conftest import Start
from actions.codecatalyst.runner import FAILED, SKIPPED, SUCCEEDED, Outcome
from actions.codecatalyst.workflow import read
from support import ROOT, Repository

EXECUTES = (
    "actions/scan/codecatalyst.yaml",
    "actions/gate/codecatalyst.yaml",
    "actions/verify/codecatalyst.yaml",
)
SCAN, GATE, VERIFY = EXECUTES

_VALUE = "correct-horse-" + "battery-staple"
_SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData: {{password: {_VALUE}}}\n"
_EXTERNAL = """\
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata: {name: db, namespace: shop}
spec:
  secretStoreRef: {kind: SecretStore, name: aws}
  data: [{secretKey: password, remoteRef: {key: shop/db}}]
"""
_STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault, namespace: shop}
spec: {provider: {vault: {server: "http://vault.shop.svc:8200"}}}
"""
_PASSES, _STOPS = (SUCCEEDED, SUCCEEDED), (FAILED, SKIPPED)


def _ended(outcome: Outcome) -> tuple[str, ...]:
    """How the action and the build after it ended. Whatever happened, the value is nowhere."""
    kept = [content for file in outcome.artifacts.rglob("*") if file.is_file() for content in [file.read_bytes()]]
    assert all(_VALUE.encode() not in content for content in kept)
    assert all(_VALUE not in said for said in outcome.log.values())
    return tuple(outcome.status.values())


def _json(outcome: Outcome, artifact: str) -> Any:
    [content] = outcome.artifact(artifact).values()
    return json.loads(content)


@pytest.mark.parametrize("workflow", [SCAN, GATE])
def test_a_clean_repository_is_built(start: Start, repository: Repository, workflow: str) -> None:
    repository.write("apps/db.yaml", _SECRET.replace(_VALUE, '""'))
    repository.commit()
    outcome = start(workflow, repository)
    assert _ended(outcome) == _PASSES, outcome.log
    assert _json(outcome, "SEALWRIGHT_FINDINGS")["findings"] == []
    assert isinstance(_json(outcome, "SEALWRIGHT_INVENTORY"), dict)


@pytest.mark.parametrize("workflow", [SCAN, GATE])
def test_a_leak_stops_the_build_and_the_reports_say_where(start: Start, repository: Repository, workflow: str) -> None:
    repository.write("apps/db.yaml", _SECRET)
    repository.commit()
    outcome = start(workflow, repository)
    assert _ended(outcome) == _STOPS
    [finding] = _json(outcome, "SEALWRIGHT_FINDINGS")["findings"]
    assert (finding["path"], finding["start"]) == ("apps/db.yaml", {"line": 4, "column": 24})
    assert "apps/db.yaml" in json.dumps(_json(outcome, "SEALWRIGHT_INVENTORY"))
    assert "[report sealwright: " in next(iter(outcome.log.values()))


@pytest.mark.parametrize(
    ("variables", "ended"),
    [
        ({"SEALWRIGHT_SEVERITY_THRESHOLD": "critical"}, _PASSES),
        ({"SEALWRIGHT_SEVERITY_THRESHOLD": "high"}, _STOPS),  # what is as severe as the threshold counts
        ({"SEALWRIGHT_SKIP_FILES": "public/"}, _STOPS),
        ({"SEALWRIGHT_SKIP_FILES": "public/,*some apps*/**"}, _PASSES),
        ({"SEALWRIGHT_DEPTH": "1"}, _PASSES),
        ({"SEALWRIGHT_PATH": "other apps"}, _PASSES),
        ({"SEALWRIGHT_PATH": "some apps/db.yaml"}, _STOPS),
        # Nothing that is no such file, no severity or no number passes for one.
        ({"SEALWRIGHT_PATH": "some app"}, _STOPS),
        ({"SEALWRIGHT_PATH": "--exit-zero"}, _STOPS),
        ({"SEALWRIGHT_PATH": "--help"}, _STOPS),
        ({"SEALWRIGHT_PATH": '$(touch pwned)`touch pwned`"; touch pwned; "'}, _STOPS),
        ({"SEALWRIGHT_SEVERITY_THRESHOLD": "none"}, _STOPS),
        ({"SEALWRIGHT_DEPTH": "all"}, _STOPS),
    ],
)
def test_variables_say_what_is_looked_at_and_what_counts(
    start: Start, repository: Repository, tmp_path: Path, variables: dict[str, str], ended: tuple[str, ...]
) -> None:
    repository.write("some apps/db.yaml", _SECRET)
    repository.write("other apps/README.md", "Nothing here.\n")
    repository.commit()
    outcome = start(SCAN, repository, variables)
    assert _ended(outcome) == ended, outcome.log
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("workflow", EXECUTES)
def test_nothing_of_the_repository_passes_for_a_module(
    start: Start, repository: Repository, tmp_path: Path, workflow: str
) -> None:
    """Python looks into the current folder first for what `-m` names, and for what that imports."""
    for name in ("sealwright", "yaml", "pip", "venv", "argparse", "sitecustomize"):
        repository.write(f"{name}.py", "import os\nopen('pwned', 'w')\nos._exit(0)\n")
    repository.write("db.yaml", _SECRET)
    repository.commit()
    outcome = start(workflow, repository)
    assert _ended(outcome) == _STOPS
    assert not list(tmp_path.rglob("pwned"))


def test_a_source_without_git_is_scanned_too(start: Start, repository: Repository) -> None:
    shutil.rmtree(repository.path / ".git")
    repository.write("db.yaml", _SECRET)
    assert _ended(start(SCAN, repository)) == _STOPS


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("broken.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n\tpassword: x\n"),
        (".sealwright.yaml", "police: {}\n"),
    ],
    ids=["a file that does not parse", "a wrong configuration"],
)
def test_what_cannot_be_read_is_never_clean(start: Start, repository: Repository, path: str, text: str) -> None:
    repository.write(path, text)
    repository.commit()
    assert _ended(start(SCAN, repository)) == _STOPS


@pytest.mark.parametrize("workflow", EXECUTES)
@pytest.mark.parametrize("place", ["{}", "{}/db.json"], ids=["a file", "a folder"])
@pytest.mark.parametrize("git", [True, False], ids=["with git", "without git"])
def test_what_is_committed_by_the_name_of_a_report_is_refused(
    start: Start, repository: Repository, workflow: str, place: str, git: bool
) -> None:
    """The report takes its place: nothing would have looked at it."""
    [action] = [action for action in read(ROOT / workflow).actions if action.outputs("Artifacts")]
    files = [file for made in action.outputs("Artifacts") for file in made["Files"]]
    for file in files:
        repository.write(place.format(file), _SECRET)
    repository.commit()
    if not git:
        shutil.rmtree(repository.path / ".git")
    outcome = start(workflow, repository)
    assert _ended(outcome) == _STOPS
    assert [f"error: {file} is committed" in outcome.log[action.key] for file in files] == [True, True]
    assert [file for file in outcome.artifacts.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("workflow", EXECUTES)
def test_what_is_there_in_place_of_reports_is_neither_followed_nor_published(
    start: Start, repository: Repository, tmp_path: Path, workflow: str
) -> None:
    outside = tmp_path / "outside"
    names = ("sealwright_findings.json", "sealwright_verdicts.json", "sealwright_inventory.json", "sealwright.sarif")
    outside.mkdir()
    for name in names:
        (outside / name).write_text("stays\n", encoding="utf-8")
    repository.write(".gitignore", "".join(f"reports/{name}\n" for name in names))  # what earlier runs have left
    repository.write("db.yaml", _SECRET)
    (repository.path / "reports").symlink_to(outside)
    repository.commit()
    _ended(start(workflow, repository))
    (repository.path / "reports").unlink()
    (repository.path / "reports").mkdir()
    for name in names:
        (repository.path / "reports" / name).symlink_to(outside / name)
    repository.commit()
    _ended(start(workflow, repository))
    assert {(outside / name).read_text(encoding="utf-8") for name in names} == {"stays\n"}
    for name in names:
        (repository.path / "reports" / name).unlink()
        repository.write(f"reports/{name}", "{}\n")
    repository.write("reports/db.yaml", _SECRET.replace("name: db", "name: other"))  # the rest of the folder counts
    repository.commit()
    assert (
        workflow == VERIFY or "reports/db.yaml" in start(workflow, repository).log[read(ROOT / workflow).actions[0].key]
    )
    repository.write(".sealwright.yaml", "police: {}\n")
    repository.commit()
    outcome = start(workflow, repository)
    assert _ended(outcome) == _STOPS
    kept = [file for file in outcome.artifacts.rglob("*") if file.is_file()]
    assert [file.name for file in kept if file.read_bytes() == b"{}\n"] == []


def test_the_gate_judges_by_policy_as_well(start: Start, repository: Repository) -> None:
    repository.write("db.yaml", _EXTERNAL)
    repository.commit()
    assert _ended(start(SCAN, repository)) == _PASSES
    outcome = start(GATE, repository)
    assert _ended(outcome) == _STOPS
    assert [each["rule"] for each in _json(outcome, "SEALWRIGHT_FINDINGS")["findings"]] == ["ESO001"]


def test_what_is_accepted_stops_neither_the_gate_nor_its_report(start: Start, repository: Repository) -> None:
    """The report's criterion knows no suppressions, so what is waived must not be in it."""
    repository.write("store.yaml", _STORE)
    repository.commit()
    outcome = start(GATE, repository)
    assert _ended(outcome) == _STOPS
    assert "[report sealwright: 1 findings at CRITICAL or above]" in outcome.log["Gate"]
    found = _json(outcome, "SEALWRIGHT_FINDINGS")["findings"]
    waivers = [
        {"rule": each["rule"], "path": each["path"], "reason": "Tried out.", "owner": "team-a", "expires": "2099-01-01"}
        for each in found
    ]
    repository.write(".sealwright.yaml", yaml.safe_dump({"waivers": waivers}))
    repository.commit()
    outcome = start(GATE, repository)
    assert _ended(outcome) == _PASSES, outcome.log
    assert {each["status"] for each in _json(outcome, "SEALWRIGHT_FINDINGS")["findings"]} == {"waived"}


@pytest.fixture
def sealed(tmp_path: Path) -> Repository:
    """A repository of SealedSecrets for several clusters."""
    shutil.copytree(ROOT / "examples" / "multi-region", tmp_path / "a repository")
    repository = Repository.init(tmp_path / "a repository")
    repository.commit("Begin")
    return repository


def test_what_opens_is_built_and_what_does_not_open_is_not(start: Start, sealed: Repository) -> None:
    outcome = start(VERIFY, sealed)
    assert _ended(outcome) == _PASSES, outcome.log
    assert [each["verdict"] for each in _json(outcome, "SEALWRIGHT_VERDICTS")["verdicts"]] == ["proved"] * 3
    sealed.write("regions/us-east-1/webhook.yaml", sealed.read("regions/eu-west-1/webhook.yaml"))
    sealed.commit()
    outcome = start(VERIFY, sealed)
    assert _ended(outcome) == _STOPS
    verdicts = {each["path"]: each["verdict"] for each in _json(outcome, "SEALWRIGHT_VERDICTS")["verdicts"]}
    assert verdicts["regions/us-east-1/webhook.yaml"] == "refuted"
    assert _ended(start(VERIFY, sealed, {"SEALWRIGHT_PATH": "regions/eu-west-1"})) == _PASSES


@pytest.mark.parametrize(("proof", "ended"), [("1", _STOPS), ("0", _PASSES), ("yes please", _STOPS)])
def test_what_nothing_proves_fails_where_proof_is_required(
    start: Start, sealed: Repository, proof: str, ended: tuple[str, ...]
) -> None:
    (sealed.path / ".sealwright.lock").unlink()
    sealed.commit()
    assert _ended(start(VERIFY, sealed, {"SEALWRIGHT_REQUIRE_PROOF": proof})) == ended


def test_nothing_to_verify_with_is_no_success(start: Start, sealed: Repository) -> None:
    (sealed.path / ".sealwright.yaml").unlink()
    sealed.commit()
    assert _ended(start(VERIFY, sealed)) == _STOPS


@pytest.mark.parametrize("workflow", EXECUTES)
def test_the_build_waits_and_every_report_is_kept(workflow: str) -> None:
    action, build = read(ROOT / workflow).actions
    assert build.needs == {action.key}
    assert len(action.outputs("Artifacts")) == 2
    [report] = dict(action.outputs("Reports")).values()
    assert report["Format"] == "SARIFSA"
    assert report["SuccessCriteria"]
