"""`init` and `doctor`: what a repository begins with, and whether all that it needs is there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from loopback_server import serving
from support import ROOT, Repository, posix_only, program, run_program, scrubbed
from vault_stand_in import VaultStandIn

from sealwright.cli.start.workflows import WORKFLOWS

EXECUTES = ("examples/ci/init/github.yml", "examples/ci/init/gitlab.yml")
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: tide.Lantern.88}\n"
CERTIFICATE = "clusters:\n  prod: {certificate: missing.pem, paths: ['**']}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repository")


def test_init_never_touches_what_is_there(repository: Repository) -> None:
    before = {".pre-commit-config.yaml": b"repos: []\r\n", ".sealwright.yaml": b"scan: {}\n"}
    for name, data in before.items():
        repository.write(name, data)
    result = run_program("sealwright", "init", cwd=repository.path)
    assert result.returncode == 0
    assert {name: repository.read(name) for name in before} == before
    assert b"stays as it is" in result.stdout
    assert b"id: sealwright-scan" in result.stdout


def test_init_writes_nothing_when_dry_and_nothing_outside_of_a_repository(
    repository: Repository, tmp_path: Path
) -> None:
    assert run_program("sealwright", "init", "--dry-run", cwd=repository.path).returncode == 0
    assert [path.name for path in repository.path.iterdir()] == [".git"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run_program("sealwright", "init", cwd=elsewhere).returncode == 2
    assert list(elsewhere.iterdir()) == []


def test_what_init_writes_is_valid_and_doctor_says_what_is_left(repository: Repository) -> None:
    (repository.path / "below").mkdir()
    assert run_program("sealwright", "init", cwd=repository.path / "below").returncode == 0
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 0
    found = _doctor(repository)
    assert found["configuration"]["level"] == "ok"
    assert found["hook pre-commit"]["level"] == "problem"
    assert run_program("pre-commit", "install", cwd=repository.path).returncode == 0
    assert _doctor(repository)["hook pre-commit"]["level"] == "ok"


@pytest.mark.parametrize(
    ("text", "about", "level"),
    [
        ("clsters: {}\n", "configuration", "problem"),
        ("policy: {packs: [baselin]}\n", "configuration", "problem"),
        ("policy:\n  overrides: [{paths: ['**'], rules: {WRK999: off}}]\n", "configuration", "problem"),
        (CERTIFICATE, "cluster prod", "problem"),
        ("stores:\n  here: {backend: local}\n", "store here", "ok"),
    ],
)
def test_doctor_finds_what_would_fail_later(repository: Repository, text: str, about: str, level: str) -> None:
    repository.write(".sealwright.yaml", text)
    assert _doctor(repository)[about]["level"] == level
    result = run_program("sealwright", "doctor", cwd=repository.path)
    assert result.returncode == (1 if level == "problem" else 0)


@pytest.mark.parametrize(
    ("hook", "where", "level"),
    [
        ("", ".git/hooks/pre-push", "problem"),
        ("#!/bin/sh\nmake check\n", ".git/hooks/pre-push", "note"),
        ("#!/bin/sh\nexec prek hook-impl\n", ".git/hooks/pre-push", "ok"),
        ("#!/bin/sh\nexec prek hook-impl\n", ".husky/pre-push", "problem"),
    ],
)
def test_doctor_looks_at_each_hook_that_is_named(repository: Repository, hook: str, where: str, level: str) -> None:
    hooks = (
        "repos:\n- repo: https://github.com/sealwright/sealwright\n  rev: v0.0.1\n  hooks: [{id: sealwright-history}]\n"
    )
    repository.write(".pre-commit-config.yaml", hooks)
    if hook:
        repository.write(where, hook)
    found = _doctor(repository)
    assert found["hook pre-push"]["level"] == level
    assert "v0.0.1" in found["hooks"]["message"]
    if where.startswith(".husky"):
        repository.git("config", "core.hooksPath", ".husky")
        assert _doctor(repository)["hook pre-push"]["level"] == "ok"


@pytest.mark.parametrize(
    ("environment", "level"), [({}, "note"), ({"CI": "true"}, "problem"), ({"TF_BUILD": "1"}, "problem")]
)
def test_doctor_tells_a_shallow_clone(tmp_path: Path, environment: dict[str, str], level: str) -> None:
    origin = Repository.init(tmp_path / "origin")
    for number in range(3):
        origin.write("a", str(number))
        origin.commit()
    origin.git("clone", "--quiet", "--depth=1", origin.path.as_uri(), tmp_path / "clone")
    found = _doctor(Repository(tmp_path / "clone"), env=environment)
    assert found["history"]["level"] == level
    assert "1 commit)" in found["history"]["message"]
    assert "3 commits" in _doctor(origin)["history"]["message"]


def test_doctor_says_whether_the_ci_runs_us(repository: Repository) -> None:
    assert _doctor(repository)["CI"]["level"] == "note"
    repository.write(".github/workflows/tests.yml", "name: tests\n")
    assert _doctor(repository)["CI github"]["level"] == "note"
    repository.write(".github/workflows/gate.yaml", "name: gate\n# sealwright gate\n")
    assert _doctor(repository)["CI github"] == {
        "level": "ok",
        "about": "CI github",
        "message": ".github/workflows/gate.yaml runs sealwright",
        "hint": "",
    }


def test_doctor_asks_a_store_only_when_it_is_told_to(repository: Repository) -> None:
    vault = VaultStandIn()
    with serving(vault):
        repository.write(".sealwright.yaml", f"stores:\n  v: {{backend: vault, address: '{vault.base}'}}\n")
        token = {"VAULT_TOKEN": "root"}
        assert "was not asked" in _doctor(repository, env=token)["store v"]["message"]
        assert vault.seen == []
        assert _doctor(repository, "--network", env=token)["store v"]["level"] == "ok"
        assert vault.secrets == {}
        refused = _doctor(repository, "--network", env={"VAULT_TOKEN": "wrong"})["store v"]
        assert (refused["level"], "wrong" in refused["message"]) == ("problem", False)
    gone = _doctor(repository, "--network", env=token)["store v"]
    assert gone["level"] == "problem"
    assert "cannot be reached" in gone["message"]


def test_doctor_works_where_there_is_no_git(tmp_path: Path) -> None:
    result = run_program("sealwright", "doctor", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert result.returncode == 1
    assert b"there is no git on the PATH" in result.stdout


def test_the_demo_tells_its_story_and_leaves_nothing(tmp_path: Path) -> None:
    result = run_program("sealwright", "demo", cwd=tmp_path, env={"TMPDIR": str(tmp_path)})
    assert result.returncode == 0, result.stdout
    for part in (b"secret-string-data", b"sealed Secret shop/db", b"opens", b"ESO015", b"That is all."):
        assert part in result.stdout
    assert b"moss" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def _doctor(repository: Repository, *more: str, env: dict[str, str] | None = None) -> dict[str, dict[str, str]]:
    result = run_program("sealwright", "doctor", "--format", "json", *more, cwd=repository.path, env=env)
    return {check["about"]: check for check in json.loads(result.stdout)["checks"]}


@pytest.mark.parametrize(
    ("there", "remote", "service"),
    [
        ({}, "", "none"),
        ({}, "https://example.com/github.com/shop.git", "none"),
        ({}, "git@notgithub.com:shop/gitops.git", "none"),
        ({}, "git@github.com:shop/gitops.git", "github"),
        ({}, "https://user@github.com/shop/gitops", "github"),
        ({}, "ssh://git@gitlab.com:22/shop/gitops.git", "gitlab"),
        ({}, "https://git.us-west-2.codecatalyst.aws/v1/space/project/gitops", "codecatalyst"),
        ({}, "git@ssh.dev.azure.com:v3/shop/shop/gitops", "azure"),
        ({".github/CODEOWNERS": "* @shop\n"}, "", "github"),
        ({".github/CODEOWNERS": "* @shop\n", ".gitlab-ci.yml": "a: {}\n"}, "", "gitlab"),
        ({".gitlab-ci.yml": "a: {}\n"}, "git@github.com:shop/gitops.git", "gitlab"),
        ({".codecatalyst/workflows/a.yaml": "a: {}\n"}, "", "codecatalyst"),
        ({"azure-pipelines.yml": "a: {}\n"}, "git@github.com:shop/gitops.git", "azure"),
    ],
)
def test_init_tells_the_ci_service(repository: Repository, there: dict[str, str], remote: str, service: str) -> None:
    for path, text in there.items():
        repository.write(path, text)
    if remote:
        repository.git("remote", "add", "origin", remote)
    out = run_program("sealwright", "init", cwd=repository.path).stdout.decode()
    expected = f"CI: {WORKFLOWS[service].title}, as" if service in WORKFLOWS else "CI: none that is known here"
    assert out.startswith(expected)
    changed = {path for path, text in there.items() if repository.read(path).decode() != text}
    assert changed == set()
    path = WORKFLOWS[service].path if service in WORKFLOWS else ".github"
    assert (repository.path / path).exists() is (service in WORKFLOWS)


def test_init_goes_by_what_is_said_and_is_done_once(repository: Repository) -> None:
    repository.write(".gitlab-ci.yml", "a: {}\n")
    assert run_program("sealwright", "init", "--ci", "none", cwd=repository.path).returncode == 0
    assert not (repository.path / ".github").exists()
    out = run_program("sealwright", "init", "--ci", "github", cwd=repository.path).stdout.decode()
    shown, _, done = out.partition("Written: .github/workflows/sealwright.yml.\n")
    assert "    name: sealwright\n" in shown
    assert done.startswith("Next: ")
    assert repository.read(".github/workflows/sealwright.yml").decode() == WORKFLOWS["github"].text
    (repository.path / ".github/workflows/sealwright.yml").rename(repository.path / ".github/workflows/gate.yaml")
    again = run_program("sealwright", "init", "--ci", "github", cwd=repository.path).stdout.decode()
    assert again.count("is there already\n") == 3
    assert "ritten" not in again


def test_init_writes_all_or_nothing(repository: Repository) -> None:
    repository.write(".github", "a file where a folder must be\n")
    result = run_program("sealwright", "init", "--ci", "github", cwd=repository.path)
    assert result.returncode == 3
    assert b"Traceback" not in result.stderr
    assert sorted(path.name for path in repository.path.iterdir()) == [".git", ".github"]


@posix_only
def test_init_does_not_follow_links_out_of_the_repository(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository.path / ".github").symlink_to(tmp_path / "elsewhere")
    assert run_program("sealwright", "init", cwd=repository.path).returncode == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (repository.path / ".sealwright.yaml").exists()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflows_are_those_of_the_examples(name: str) -> None:
    assert (ROOT / "examples" / "ci" / "init" / f"{name}.yml").read_text(encoding="utf-8") == WORKFLOWS[name].text


@pytest.mark.parametrize(
    ("name", "schema"),
    [("github", "github-workflows"), ("gitlab", "gitlab-ci"), ("azure", "azure-pipelines")],
)
def test_the_workflows_are_what_the_services_take(name: str, schema: str, tmp_path: Path) -> None:
    (tmp_path / "workflow.yml").write_text(WORKFLOWS[name].text, encoding="utf-8")
    # Azure's schema has a pattern that only Python reads.
    command = ["check-jsonschema", "--regex-variant", "python", "--builtin-schema", f"vendor.{schema}", "workflow.yml"]
    check = run_program(*command, cwd=tmp_path)
    assert check.returncode == 0, check.stdout


def test_the_workflow_for_github_stands_an_audit(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "sealwright.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOWS["github"].text, encoding="utf-8")
    audit = run_program("zizmor", "--offline", "--persona", "auditor", "--strict-collection", ".", cwd=tmp_path)
    assert audit.returncode == 0, audit.stdout


@posix_only
@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize(
    ("files", "passes"),
    [
        ([("README.md", "the shop\n")], {"github", "gitlab", "azure", "codecatalyst"}),
        ([("db.yaml", SECRET)], set()),
        # Taken out again, it is in the history all the same; CodeCatalyst's looks at what is there.
        ([("db.yaml", SECRET), ("db.yaml", None)], {"codecatalyst"}),
    ],
    ids=["clean", "secret", "secret taken out again"],
)
def test_what_the_workflows_run_judges_a_change(
    name: str, files: list[tuple[str, str | None]], passes: set[str], repository: Repository, tmp_path: Path
) -> None:
    done = carried_out(name, repository, *merged(repository, files), tmp_path)
    assert len(done) > 0
    assert {one.returncode for one in done} <= {0, 1}, [one.stderr for one in done]
    assert all(one.returncode == 0 for one in done) is (name in passes), [one.stdout for one in done]
    assert not any(b"tide" in one.stdout + one.stderr for one in done)


@posix_only
@pytest.mark.parametrize(
    ("name", "report"), [("gitlab", "gl-code-quality-report.json"), ("codecatalyst", "sealwright.sarif")]
)
def test_what_the_workflows_report_is_never_what_the_repository_has_there(
    name: str, report: str, repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("stays\n", encoding="utf-8")
    repository.write(".gitignore", f"{report}\n")  # an earlier run has left it
    (repository.path / report).symlink_to(tmp_path / "outside")
    carried_out(name, repository, *merged(repository, [("db.yaml", SECRET)]), tmp_path)
    assert (repository.path / report).is_file()
    assert not (repository.path / report).is_symlink()
    assert (tmp_path / "outside").read_text(encoding="utf-8") == "stays\n"
    (repository.path / report).write_text("[]\n", encoding="utf-8")
    repository.write("more.md", "more\n")
    carried_out(name, repository, *merged(repository, [(".sealwright.yaml", "police: {}\n")]), tmp_path)
    assert not (repository.path / report).exists()


@posix_only
@pytest.mark.parametrize(
    ("name", "report"), [("gitlab", "gl-code-quality-report.json"), ("codecatalyst", "sealwright.sarif")]
)
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_the_workflows_refuse_what_is_committed_by_the_name_of_their_report(
    name: str, report: str, kind: str, repository: Repository, tmp_path: Path
) -> None:
    """It would be gone before anything has looked at it."""
    (tmp_path / "outside").write_text("stays\n", encoding="utf-8")
    if kind == "link":
        (repository.path / report).symlink_to(tmp_path / "outside")
    committed = f"{report}/db.json" if kind == "folder" else report if kind == "file" else "README.md"
    done = carried_out(name, repository, *merged(repository, [(committed, SECRET)]), tmp_path)
    assert [one.returncode for one in done if b"is committed" in one.stderr] == [2]
    failed = next(place for place, one in enumerate(done) if one.returncode)
    assert b"is committed" in done[failed].stderr
    assert (tmp_path / "outside").read_text(encoding="utf-8") == "stays\n"


def carried_out(
    name: str, repository: Repository, base: str, head: str, folder: Path
) -> list[subprocess.CompletedProcess[bytes]]:
    """Run the scripts of a workflow, each, on what is checked out for a pull request."""
    request = {"base": {"sha": base, "ref": "main"}, "head": {"sha": head}}
    (folder / "event.json").write_text(json.dumps({"pull_request": request}), encoding="utf-8")
    environment = scrubbed(os.environ, folder) | {
        "PATH": f"{Path(program('sealwright')).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "CI_PROJECT_DIR": str(repository.path),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "BUILD_REASON": "PullRequest",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": head,
    }
    shell = ["bash", "-e", "-c"]
    return [
        subprocess.run([*shell, text], cwd=repository.path, env=environment, capture_output=True, check=False)
        for text in commands(yaml.safe_load(WORKFLOWS[name].text))
    ]


def merged(repository: Repository, files: list[tuple[str, str | None]]) -> tuple[str, str]:
    """Check out what services do: the merge of a change, a commit for each file, into its base; the ids of both."""
    repository.write("README.md", "shop\n")
    base = head = repository.commit()
    repository.git("switch", "--quiet", "--force-create", "change")
    for path, text in files:
        if text is None:
            (repository.path / path).unlink()
        else:
            repository.write(path, text)
        head = repository.commit()
    repository.git("switch", "--quiet", "--detach", base)
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", head)
    return base, head


def commands(node: Any) -> Iterator[str]:
    """The scripts of a workflow of any service, without those that install the engine."""
    for key, below in node.items() if isinstance(node, dict) else enumerate(node):
        texts = below if key == "script" else [below] if key in ("run", "Run", "bash") else []
        yield from (text for text in texts if "-I -m" not in text)
        if not texts and isinstance(below, (dict, list)):
            yield from commands(below)
