"""`sealwright gate` over a branch: what it brought, what is waived, and a baseline that only shrinks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import Repository, run_program

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: one
          image: registry.example.com/api@sha256:0000000000000000000000000000000000000000000000000000000000000000
          env:
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: db, key: p}}
"""
RULE = "WRK001"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData:\n  p: not-a-Real-1\n"
CONFIG = "policy: {packs: [pci-dss-4.0.1]%s}\n"
WAIVER = "waivers:\n- {rule: [WRK001, secret-string-data], path: apps, reason: why, owner: shop%s}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """`main` with findings of every kind, and a branch `work` that has changed nothing yet."""
    repository = Repository.init(tmp_path / "repo")
    repository.write("apps/api.yaml", WORKLOAD)
    repository.write("apps/db.yaml", SECRET)
    repository.write(".sealwright.yaml", CONFIG % "")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "work")
    return repository


def named(name: str) -> str:
    return WORKLOAD.replace("name: api", f"name: {name}")


def gate(repository: Repository, *options: str) -> tuple[int, str, str]:
    result = run_program("sealwright", "gate", *options, cwd=repository.path)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def found(repository: Repository, *options: str) -> tuple[int, list[Any]]:
    code, out, err = gate(repository, "--format", "json", *options)
    assert out, err
    return code, json.loads(out)["findings"]


def new(repository: Repository, *options: str) -> tuple[int, set[tuple[str, str]]]:
    """The exit code, and (path, rule) of what is new by two rules that every version has."""
    code, findings = found(repository, *options)
    told = {(finding["path"], finding["rule"]) for finding in findings if finding["status"] == "new"}
    return code, {(path, rule) for path, rule in told if rule in {RULE, "secret-string-data"}}


def test_without_a_base_everything_counts(repository: Repository) -> None:
    code, told = new(repository)
    assert code == 1
    assert told == {("apps/api.yaml", RULE), ("apps/db.yaml", "secret-string-data")}


@pytest.mark.parametrize("moved", ["apps/db.yaml", "other/db.yaml"])
def test_another_value_in_clear_is_new_wherever_it_stands(repository: Repository, moved: str) -> None:
    (repository.path / "apps" / "db.yaml").unlink()
    repository.write(moved, f"# other lines, so that git sees no rename\n---\n{SECRET}".replace("Real-1", "Real-2"))
    repository.commit()
    assert new(repository, "--base", "main") == (1, {(moved, "secret-string-data")})
    _, out, _ = gate(repository, "--base", "main")
    assert "its value is not the one of main" in out
    assert "Real-2" not in out


def test_another_value_that_only_a_rule_finds_is_new(repository: Repository) -> None:
    head = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a, namespace: shop}\n"
    sealed = f"{head}spec:\n  encryptedData:\n"
    repository.git("checkout", "--quiet", "main")
    repository.write("a.yaml", f"{sealed}    p: REPLACE_ME\n")
    repository.commit()
    repository.git("checkout", "--quiet", "-B", "work")
    assert gate(repository, "--base", "main", "--pack", "baseline")[0] == 0
    repository.write("a.yaml", f"{sealed}    p: hunter2SuperSecret99\n")
    repository.commit()
    code, out, _ = gate(repository, "--base", "main", "--pack", "baseline")
    assert code == 1
    assert "hunter2" not in out


def test_nothing_on_standard_input_is_not_clean(repository: Repository) -> None:
    result = run_program("sealwright", "gate", "-", cwd=repository.path, stdin=b"\n")
    assert result.returncode == 3
    assert b"there is nothing on standard input" in result.stderr + result.stdout


def test_what_a_branch_does_not_bring_does_not_count(repository: Repository) -> None:
    repository.git("mv", "apps/api.yaml", "apps/renamed.yaml")
    (repository.path / "apps" / "db.yaml").unlink()
    repository.write("other/all.yaml", "# moved\n\n" + SECRET + "---\nkind: ConfigMap\n")
    repository.commit()
    code, findings = found(repository, "--base", "main")
    assert code == 0
    reasons = {(finding["path"], finding["rule"]): finding["status"] for finding in findings}
    assert reasons["apps/renamed.yaml", RULE] == reasons["other/all.yaml", "secret-string-data"] == "known"


def test_what_it_brings_counts_and_what_others_bring_does_not(repository: Repository) -> None:
    repository.write("apps/web.yaml", named("web"))
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("apps/cron.yaml", named("cron"))
    repository.commit()
    repository.git("checkout", "--quiet", "work")
    code, told = new(repository, "--base", "main")
    assert (code, told) == (1, {("apps/web.yaml", RULE)})
    repository.git("merge", "--quiet", "--no-edit", "main")  # as CI services check it out
    assert new(repository, "--base", "main") == (1, told)


def test_a_copy_of_what_is_known_counts(repository: Repository) -> None:
    repository.write("apps/zz.yaml", SECRET)
    repository.commit()
    assert new(repository, "--base", "main") == (1, {("apps/zz.yaml", "secret-string-data")})


def test_what_is_staged(repository: Repository) -> None:
    repository.write("apps/zz.yaml", SECRET)
    repository.add()
    (repository.path / "apps" / "zz.yaml").unlink()
    assert new(repository, "--base", "main", "--staged") == (1, {("apps/zz.yaml", "secret-string-data")})
    assert new(repository, "--base", "main") == (0, set())


@pytest.mark.parametrize(
    ("dates", "limits", "said"),
    [
        (", expires: 2001-01-31", "", "this waiver of WRK001 expired on 2001-01-31; what it covered counts again"),
        (", expires: 2999-01-31", ", waivers: {maximum-days: {medium: 30}}", "this waiver of WRK001 does not say when"),
        ("", ", waivers: {approvals: {medium: 1}}", "this waiver of WRK001 has 0 of the 1 approvals that medium needs"),
    ],
)
def test_a_waiver_that_does_not_count_is_an_error_of_the_configuration(
    repository: Repository, dates: str, limits: str, said: str
) -> None:
    repository.write(".sealwright.yaml", CONFIG % limits + WAIVER % dates)
    code, out, _ = gate(repository, "--severity-threshold", "critical")
    assert code == 2
    assert f".sealwright.yaml\n  3:11  waiver-{'expired' if 'expires: 2001' in dates else 'refused'}" in out
    assert said in out
    assert gate(repository, "--base", "main")[0] == 2


def test_a_waiver_that_counts(repository: Repository) -> None:
    agreed = ", created: 2026-01-01, expires: 2999-01-31, approved-by: [ann]"
    repository.write(".sealwright.yaml", CONFIG % ", waivers: {approvals: {medium: 1, high: 1}}" + WAIVER % agreed)
    assert new(repository)[1] == set()


@pytest.mark.parametrize(
    ("base", "code", "said"),
    [
        ("mian", 2, "hint:  did you mean `main`?"),
        ("main..work", 2, "hint:  name one commit, without dots"),
        ("--output=x", 2, ""),
        ("other", 3, "have no commit in common"),
    ],
)
def test_a_base_that_is_none(repository: Repository, base: str, code: int, said: str) -> None:
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit("Another beginning")
    repository.git("checkout", "--quiet", "work")
    got, out, err = gate(repository, f"--base={base}")
    assert (got, out) == (code, "")
    assert said in err


def test_a_shallow_clone_is_not_taken_for_clean(repository: Repository, tmp_path: Path) -> None:
    repository.write("notes.txt", "x")
    repository.commit()
    (tmp_path / "clone").mkdir()
    clone = Repository(tmp_path / "clone")
    clone.git("clone", "--quiet", "--depth=1", "--no-single-branch", repository.path.as_uri(), ".")
    code, _, err = gate(clone, "--base", "origin/main")
    assert code == 3
    assert "this clone is shallow" in err
    assert "fetch-depth: 0" in err
    clone.git("fetch", "--quiet", "--unshallow")
    assert new(clone, "--base", "origin/main") == (0, set())


def test_the_baseline_only_shrinks_unless_told(repository: Repository) -> None:
    assert gate(repository, "--update-baseline")[0] == 0
    assert new(repository) == (0, set())
    before = repository.read(".sealwright-baseline.json")
    repository.write("apps/web.yaml", named("web"))
    code, _, err = gate(repository, "--update-baseline")
    assert code == 2
    assert "would grow" in err
    assert repository.read(".sealwright-baseline.json") == before
    assert gate(repository, "--update-baseline", "--allow-growth")[0] == 0
    (repository.path / "apps" / "web.yaml").unlink()
    assert gate(repository, "--update-baseline")[0] == 0
    assert repository.read(".sealwright-baseline.json") == before
    # A scan knows nothing of policy, and leaves what the gate has written.
    assert run_program("sealwright", "scan", "--update-baseline", cwd=repository.path).returncode == 0
    assert repository.read(".sealwright-baseline.json") == before


WAVES = """\
policy:
  packs: [relations]
  params: {regionWaves: {first: [eu/**], second: [us/**]}}
"""


def test_secrets_of_several_waves_in_one_change(repository: Repository) -> None:
    external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: []}\n"
    repository.write(".sealwright.yaml", WAVES)
    repository.write("us/old.yaml", external)
    repository.write("eu/old.yaml", external)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("eu/db.yaml", external)
    assert [each["rule"] for each in found(repository, "--base", "main")[1]] == ["secret-string-data"]
    repository.write("us/old.yaml", f"{external}# why\n")
    code, new = found(repository, "--base", "main")
    places = {(each["path"], each["status"]) for each in new if each["rule"] == "MRG001"}
    assert (code, places) == (1, {("eu/db.yaml", "new"), ("us/old.yaml", "new")})
    assert "MRG001" not in {each["rule"] for each in found(repository)[1]}


CLASS = (
    "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: %s}\nprovisioner: ebs.csi.aws.com\n"
    "parameters:\n  type: gp3\n"
)


def test_only_what_a_branch_brings_is_mended(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write("old.yaml", CLASS % "old")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "more")
    repository.write("new.yaml", CLASS % "new")
    code, out, _ = gate(repository, "--pack", "eks-best-practices", "--base", "main", "--fix")
    assert code == 0, out
    assert out.count("mended: ") == 1
    assert repository.read("new.yaml").decode() == CLASS % "new" + '  encrypted: "true"\n'
    assert repository.read("old.yaml").decode() == CLASS % "old"
