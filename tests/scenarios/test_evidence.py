"""Evidence through the installed program: it agrees with the exit code, with JSON, and with what was looked at."""

from __future__ import annotations

import base64
import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from oracle_evidence import complaints, needs_readers
from support import Repository, run_program
from unit.report.evidence.shapes import assert_assessment_results, assert_statement

from sealwright.sealing.keys import generate_keypair

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "tide-Lantern-" + "88-moss"
TIME = {"SOURCE_DATE_EPOCH": "1768471200"}
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData:\n  password: {CANARY}\n"
STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault, namespace: shop}
spec:
  provider:
    vault:
      server: http://vault.shop.svc:8200
      auth: {kubernetes: {mountPath: k8s, role: shop}}
"""
CLEAN = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
WAIVER = "waivers:\n  - {rule: ESO015, path: apps/**, owner: team-a, reason: until the move, expires: %s}\n"
PACKS = ("--pack", "pci-dss-4.0.1", "--pack", "nist-800-53r5")


class Run:
    """One run with its reports."""

    def __init__(self, repository: Repository, *arguments: str, stdin: bytes | None = None) -> None:
        out = repository.path.parent
        names = {"in-toto": "statement.json", "oscal": "results.json", "json": "report.json"}
        outputs = [word for kind, name in names.items() for word in ("--output", f"{kind}={out / name}")]
        for name in names.values():
            (out / name).unlink(missing_ok=True)
        self.done = run_program("sealwright", *arguments, *outputs, cwd=repository.path, stdin=stdin, env=TIME)
        self.texts = [(out / name).read_text(encoding="utf-8") for name in names.values() if (out / name).exists()]
        self.code = self.done.returncode
        if len(self.texts) == len(names):
            self.statement, self.results, self.report = map(json.loads, self.texts)
            assert_statement(self.statement)
            assert_assessment_results(self.results)

    @property
    def result(self) -> str:
        return str(self.statement["predicate"]["result"])

    @property
    def subject(self) -> Any:
        return self.statement["subject"]


def repository_with(folder: Path, files: dict[str, str]) -> Repository:
    repository = Repository.init(folder / "deploy")
    for name, content in files.items():
        repository.write(name, content)
    repository.commit()
    return repository


TREES: dict[str, tuple[dict[str, str], int, str]] = {
    "clean": ({"apps/a.yaml": CLEAN}, 0, "PASSED"),
    "plaintext": ({"apps/a.yaml": SECRET}, 1, "FAILED"),
    "a broken rule": ({"apps/a.yaml": STORE}, 1, "FAILED"),
    "waived": ({"apps/a.yaml": STORE, ".sealwright.yaml": WAIVER % "2999-01-01"}, 0, "WARNED"),
    "an expired waiver": ({"apps/a.yaml": STORE, ".sealwright.yaml": WAIVER % "2020-01-01"}, 2, "FAILED"),
    "unreadable": ({"apps/a.yaml": "kind: Secret\nstringData: [\n", "apps/b.yaml": CLEAN}, 3, "FAILED"),
}


@pytest.mark.parametrize("name", TREES)
def test_the_statement_agrees_with_the_exit_code_of_the_gate(tmp_path: Path, name: str) -> None:
    files, code, result = TREES[name]
    repository = repository_with(tmp_path, files)
    run = Run(repository, "gate", "--pack", "external-secrets")
    assert (run.code, run.result) == (code, result), run.done.stderr
    excused = Run(repository, "gate", "--pack", "external-secrets", "--exit-zero")
    assert excused.result == result


@pytest.mark.parametrize("name", ["clean", "plaintext", "unreadable"])
def test_the_statement_agrees_with_the_exit_code_of_a_scan(tmp_path: Path, name: str) -> None:
    files, code, result = TREES[name]
    run = Run(repository_with(tmp_path, files), "scan")
    assert (run.code, run.result) == (code, result)


def test_the_statement_agrees_with_the_exit_code_of_a_verification(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": SECRET})
    key, certificate = generate_keypair(bits=2048)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "certificate.pem").write_bytes(certificate)
    seal = ("seal", "--in-place", "--certificate", "../certificate.pem", "apps/a.yaml")
    assert run_program("sealwright", *seal, cwd=repository.path).returncode == 0
    repository.commit()
    run = Run(repository, "verify", "--private-key", "../key.pem")
    assert (run.code, run.result) == (0, "PASSED")
    assert "sealed-secret-does-not-open" in run.statement["predicate"]["passedTests"]
    repository.write("apps/a.yaml", repository.read("apps/a.yaml").replace(b"name: db", b"name: other"))
    repository.commit()
    run = Run(repository, "verify", "--private-key", "../key.pem")
    assert (run.code, run.result) == (1, "FAILED")
    assert run.statement["predicate"]["failedTests"] == ["sealed-secret-does-not-open"]
    repository.git("rm", "-q", "apps/a.yaml")
    repository.write("b.yaml", CLEAN)
    repository.commit()
    run = Run(repository, "verify", "--private-key", "../key.pem")
    assert run.result == "PASSED"
    assert run.statement["predicate"]["passedTests"] == ["everything-could-be-checked"]


def test_a_clean_tree_is_named_by_its_commit(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN, ".gitignore": "out/\n"})
    repository.write("out/ignored.json", "{}")
    commit, tree = repository.git("rev-parse", "HEAD"), repository.git("rev-parse", "HEAD^{tree}")
    for arguments in (("gate",), ("scan",), ("gate", "."), ("gate", "--base", "main")):
        (subject,) = Run(repository, *arguments).subject
        assert subject == {"name": "deploy", "digest": {"gitCommit": commit, "gitTree": tree}}, arguments


@pytest.mark.parametrize(
    "arguments",
    [("gate", "apps"), ("gate", "--skip-files", "apps/b.yaml"), ("scan", "--depth", "1"), ("scan", "apps/a.yaml")],
    ids=" ".join,
)
def test_a_part_of_a_tree_is_not_named_by_the_commit(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN, "apps/b.yaml": CLEAN, "c.yaml": CLEAN})
    run = Run(repository, *arguments)
    assert run.code == 0
    assert "gitCommit" not in str(run.subject)
    assert "dirHash" in run.subject[0]["digest"]


def test_what_is_not_committed_is_named_by_its_bytes(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    repository.write("apps/new.yaml", STORE)
    run = Run(repository, "gate", "--pack", "external-secrets", "--severity-threshold", "critical")
    whole, *files = run.subject
    assert [file["name"] for file in files] == ["apps/a.yaml", "apps/new.yaml"]
    hashed = "find . -path ./.git -prune -o -type f -print | cut -c3- | LC_ALL=C sort | xargs sha256sum | sha256sum"
    by_hand = subprocess.run(["sh", "-c", hashed], cwd=repository.path, capture_output=True, text=True, check=True)
    assert whole["digest"]["dirHash"] == by_hand.stdout.split()[0]


def test_what_is_staged_is_judged_and_named_as_it_is_in_the_index(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    repository.write("apps/new.yaml", CLEAN.replace("shop", "staged"))
    repository.add()
    first = Run(repository, "scan", "--staged").subject
    repository.write("apps/new.yaml", CLEAN.replace("shop", "later"))
    assert Run(repository, "scan", "--staged").subject == first
    repository.add()
    assert Run(repository, "scan", "--staged").subject != first


def test_standard_input_is_not_the_commit(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    run = Run(repository, "gate", "-", stdin=STORE.encode())
    assert "gitCommit" not in str(run.subject)


def test_outside_of_a_repository_files_are_named(tmp_path: Path) -> None:
    folder = Repository(tmp_path / "plain")
    folder.write("a.yaml", CLEAN)
    assert [file["name"] for file in Run(folder, "scan").subject] == ["plain (files)", "a.yaml"]


def test_a_range_of_commits_is_no_tree(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    run = Run(repository, "scan", "--history", "HEAD")
    assert run.code == 2
    assert b"one tree" in run.done.stderr


def test_two_runs_over_one_commit_are_the_same_letter_for_letter(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": SECRET, "apps/b.yaml": STORE})
    first, second = Run(repository, "gate", *PACKS), Run(repository, "gate", *PACKS)
    assert first.texts[:2] == second.texts[:2]
    assert first.results["assessment-results"]["metadata"]["last-modified"] == "2026-01-15T10:00:00Z"
    wrong = run_program(
        "sealwright", "scan", "--format", "oscal", cwd=repository.path, env={"SOURCE_DATE_EPOCH": "now"}
    )
    assert wrong.returncode == 2


def test_the_numbers_are_those_of_json(tmp_path: Path) -> None:
    files = {f"apps/{number}.yaml": SECRET.replace("name: db", f"name: db-{number}") for number in range(5)}
    waiver = "waivers:\n  - {rule: secret-string-data, path: apps/0.yaml, owner: a, reason: why, expires: 2999-01-01}\n"
    repository = repository_with(tmp_path, {**files, "store.yaml": STORE, ".sealwright.yaml": waiver})
    run = Run(repository, "gate", *PACKS)
    expected = Counter((finding["rule"], finding["status"]) for finding in run.report["findings"])
    assert expected["secret-string-data", "waived"] == 1
    predicate = run.statement["predicate"]
    counts = predicate["configuration"][0]["annotations"]["findings"]
    assert sum(counts.values()) == len(run.report["findings"])
    for result in run.results["assessment-results"]["results"]:
        listed = Counter(
            (one["title"], next(prop["value"] for prop in one["props"] if prop["name"] == "status"))
            for one in result["observations"]
        )
        assert listed == expected
        finding = next(one for one in result["findings"] if one["title"].endswith((" IA-5(7)", " 8.6.2")))
        assert finding["target"]["status"]["state"] == "not-satisfied"
        assert len(finding["related-risks"]) == 1


@pytest.mark.parametrize("threshold", ["low", "critical"])
def test_configuration_and_base_are_part_of_what_is_said(tmp_path: Path, threshold: str) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    base = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "change")
    repository.write(
        ".sealwright.yaml", "policy:\n  packs: [external-secrets]\n  params: {allowedRegions: [eu-west-1]}\n"
    )
    repository.commit()
    limits = ("--severity-threshold", threshold, "--confidence-threshold", "certain")
    engine, pack, file = Run(repository, "gate", "--base", "main", *limits).statement["predicate"]["configuration"]
    about = engine["annotations"]
    assert (about["base"], about["severityThreshold"]) == (base, threshold)
    assert about["confidenceThreshold"] == "certain"
    assert about["parameters"] == {"allowedRegions": '["eu-west-1"]'}
    assert (pack["name"], file["name"]) == ("pack external-secrets", ".sealwright.yaml")


def test_the_place_of_a_run_in_ci_is_kept_unless_it_could_hold_a_credential(tmp_path: Path) -> None:
    repository = repository_with(tmp_path, {"apps/a.yaml": CLEAN})
    github = {"GITHUB_SERVER_URL": "https://git.example.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"}
    for env, url in (
        (github, "https://git.example.com/a/b/actions/runs/7"),
        ({"CI_JOB_URL": "https://git.example.com/a/b/-/jobs/9"}, "https://git.example.com/a/b/-/jobs/9"),
        ({"CI_JOB_URL": f"https://job:{CANARY}@git.example.com/a"}, None),
    ):
        done = run_program("sealwright", "scan", "--format", "in-toto", cwd=repository.path, env=env)
        assert json.loads(done.stdout)["predicate"].get("url") == url


def test_no_value_is_in_any_of_it(tmp_path: Path) -> None:
    coded = base64.b64encode(CANARY.encode()).decode()
    repository = repository_with(tmp_path, {"apps/a.yaml": SECRET, "apps/b.yaml": f"kind: Secret\ndata: {{a: {coded}"})
    repository.git("config", "remote.origin.url", f"https://me:{CANARY}@git.example.com/shop/deploy.git")
    repository.write("apps/c.yaml", SECRET)
    for arguments in (("gate", *PACKS), ("gate", "apps"), ("scan",), ("scan", "--staged")):
        run = Run(repository, *arguments)
        assert len(run.texts) == 3
        for text in (*run.texts, run.done.stdout.decode(), run.done.stderr.decode()):
            assert CANARY not in text
            assert coded not in text
        assert run.statement["subject"][0]["name"].startswith("git.example.com/shop/deploy")


@needs_readers
def test_the_libraries_of_the_field_read_what_every_command_writes(tmp_path: Path) -> None:
    files = {f"apps/{number}.yaml": content for number, content in enumerate((SECRET, STORE, CLEAN, "kind: [\n"))}
    waiver = WAIVER % "2999-01-01"
    repository = repository_with(tmp_path, {**files, ".sealwright.yaml": f"{waiver}policy: {{params: {{}}}}\n"})
    written: dict[str, list[Path]] = {"oscal": [], "in-toto": []}
    for number, arguments in enumerate((("gate", *PACKS), ("gate", "apps/2.yaml"), ("scan",), ("scan", "--staged"))):
        run = Run(repository, *arguments)
        for kind, text in zip(("in-toto", "oscal"), run.texts[:2], strict=True):
            written[kind].append(tmp_path / f"{number}.{kind}.json")
            written[kind][-1].write_text(text, encoding="utf-8")
    for kind, paths in written.items():
        assert complaints(kind, *paths) == ""
    broken = tmp_path / "broken.json"
    broken.write_text(written["oscal"][0].read_text(encoding="utf-8").replace("not-satisfied", ""), encoding="utf-8")
    assert complaints("oscal", broken)
    broken.write_text(
        written["in-toto"][0].read_text(encoding="utf-8").replace("Statement/v1", "Statement/v2"), encoding="utf-8"
    )
    assert complaints("in-toto", broken)
