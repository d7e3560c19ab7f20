"""The gate through the installed program: what blocks, what is new, what is accepted, and what is never clean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import Repository, run_program

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

CANARY = "tide-Lantern-" + "88-moss"
STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault, namespace: shop}
spec:
  provider:
    vault:
      server: http://vault.shop.svc:8200   # no TLS
      auth: {kubernetes: {mountPath: k8s, role: shop}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - name: DB
              valueFrom:
                secretKeyRef: {name: db, key: password}
"""
CONTROLLER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: external-secrets, namespace: external-secrets}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: external-secrets}}
  template:
    metadata: {labels: {app.kubernetes.io/name: external-secrets}}
    spec:
      containers:
        - name: external-secrets
          image: ghcr.io/external-secrets/external-secrets:v2.0.0
"""
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: external-secrets}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""


@pytest.fixture
def repository(tmp_path: Any) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("README.md", "# Shop\n")
    repository.commit()
    return repository


def gate(
    repository: Repository, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "gate", *arguments, cwd=repository.path, env=env, stdin=stdin)


def findings(repository: Repository, *arguments: str, status: str = "new") -> list[tuple[str, str, int, int]]:
    report = json.loads(gate(repository, "--format", "json", *arguments).stdout)
    return [
        (finding["rule"], finding["path"], finding["start"]["line"], finding["start"]["column"])
        for finding in report["findings"]
        if finding["status"] == status
    ]


def test_nothing_to_say_is_said_with_nothing(repository: Repository) -> None:
    result = gate(repository)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_a_broken_rule_blocks_at_its_own_line_and_column(repository: Repository) -> None:
    repository.write("apps/store.yaml", STORE)
    assert findings(repository) == [("ESO015", "apps/store.yaml", 7, 15)]
    result = gate(repository)
    assert result.returncode == 1
    said = result.stdout.decode()
    for part in ("7:15  ESO015  critical", "^^^^", "why ", "control ", "pci-dss-4.0.1", "fix ", "waive "):
        assert part in said


@pytest.mark.parametrize(("threshold", "code"), [("info", 1), ("medium", 1), ("high", 0), ("critical", 0)])
def test_the_threshold_is_inclusive(repository: Repository, threshold: str, code: int) -> None:
    repository.write("api.yaml", DEPLOYMENT)
    result = gate(repository, "--pack", "workloads", "--severity-threshold", threshold)
    assert result.returncode == code, result.stdout


def test_plaintext_blocks_too_and_its_value_is_nowhere(repository: Repository) -> None:
    secret = (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData:\n  password: {CANARY}\n"
    )
    repository.write("db.yaml", secret + f"---\n{DEPLOYMENT}          args: [--password={CANARY}]\n")
    for form in ("text", "json", "sarif", "github"):
        result = gate(repository, "--pack", "pci-dss-4.0.1", "--format", form, "--explain")
        assert result.returncode == 1
        assert CANARY.encode() not in result.stdout + result.stderr
    assert told(repository) >= {"secret-string-data", "GIT001", "container-arguments", "GIT005"}


def told(repository: Repository, *arguments: str) -> set[str]:
    """The rules of new findings under a pack that has rules about plaintext, as a program is told them."""
    result = gate(repository, "--pack", "pci-dss-4.0.1", "--format", "json", *arguments)
    found = json.loads(result.stdout)["findings"]
    return {each["rule"] for each in found if each["status"] == "new"}


def test_people_are_told_of_a_value_once_with_its_controls(repository: Repository) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData:\n  a: {CANARY}\n"
    repository.write("db.yaml", secret)
    assert told(repository) == {"secret-string-data", "GIT001"}
    result = gate(repository, "--pack", "pci-dss-4.0.1")
    said = result.stdout.decode()
    assert (
        result.returncode == gate(repository, "--pack", "nist-800-53r5", "--severity-threshold", "critical").returncode
    )
    for part in (
        "secret-string-data  critical",
        "also     GIT001",
        "control  pci-dss-4.0.1 8.3.2",
        "1 finding in 1 of ",
    ):
        assert part in said
    assert "{rule: [secret-string-data, GIT001], path: /db.yaml" in said
    evidence = json.loads(gate(repository, "--pack", "pci-dss-4.0.1", "--format", "in-toto").stdout)["predicate"]
    assert evidence["failedTests"] == ["GIT001", "secret-string-data"]


@pytest.mark.parametrize("rule", ["GIT001", "secret-string-data"])
def test_what_is_accepted_by_one_rule_only_is_told_by_the_other(repository: Repository, rule: str) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData:\n  a: {CANARY}\n"
    repository.write("db.yaml", secret)
    repository.write(".sealwright.yaml", f"waivers: [{{rule: {rule}, path: db.yaml, reason: why, owner: shop}}]\n")
    other = ({"GIT001", "secret-string-data"} - {rule}).pop()
    assert told(repository) == {other}
    assert gate(repository, "--pack", "pci-dss-4.0.1").returncode == 1
    both = "waivers: [{rule: [secret-string-data, GIT001], path: db.yaml, reason: why, owner: shop}]\n"
    repository.write(".sealwright.yaml", both)
    assert gate(repository, "--pack", "pci-dss-4.0.1").returncode == 0


def test_only_what_a_change_brings_blocks(repository: Repository) -> None:
    repository.write("apps/store.yaml", STORE)
    repository.commit()
    repository.git("checkout", "-q", "-b", "change")
    repository.write("apps/store.yaml", "# A comment on top.\n" + STORE.replace("shop.svc", "other.svc"))
    repository.commit()
    assert gate(repository).returncode == 1
    result = gate(repository, "--base", "main")
    assert result.returncode == 0, result.stdout
    assert findings(repository, "--base", "main") == []
    assert findings(repository, "--base", "main", status="known") == [("ESO015", "apps/store.yaml", 8, 15)]
    repository.git("mv", "apps/store.yaml", "apps/vault.yaml")
    repository.write("apps/second.yaml", STORE.replace("name: vault", "name: second"))
    repository.commit()
    assert findings(repository, "--base", "main") == [("ESO015", "apps/second.yaml", 7, 15)]
    assert gate(repository, "--base", "main").returncode == 1


def test_who_takes_a_protection_away_answers_for_it(repository: Repository) -> None:
    repository.write("system/controller.yaml", CONTROLLER)
    repository.write("system/deny.yaml", DENY)
    repository.commit()
    arguments = ("--pack", "relations", "--base", "main")
    assert "NET002" not in {rule for rule, *_ in findings(repository, "--pack", "relations")}
    repository.git("checkout", "-q", "-b", "change")
    repository.git("rm", "-q", "system/deny.yaml")
    repository.commit()
    new = findings(repository, *arguments)
    assert [(rule, path) for rule, path, *_ in new if rule == "NET002"] == [("NET002", "system/controller.yaml")]
    assert gate(repository, *arguments).returncode == 1


def test_a_base_that_is_not_there_is_an_error_with_a_way_out(repository: Repository) -> None:
    result = gate(repository, "--base", "mian")
    assert result.returncode == 2
    assert b"did you mean `main`?" in result.stderr


@pytest.mark.parametrize(
    ("waiver", "code", "said"),
    [
        ("expires: 2099-01-01", 0, "waived  in the mesh"),
        ("expires: 2020-01-01", 2, ".sealwright.yaml"),
        ("expires: 2020-01-01, path: other/**", 1, "ESO015"),
    ],
)
def test_a_waiver_counts_until_it_expires(repository: Repository, waiver: str, code: int, said: str) -> None:
    repository.write("apps/store.yaml", STORE)
    where = "" if "path:" in waiver else "path: apps/**, "
    entry = f"{{rule: ESO015, {where}reason: in the mesh, owner: shop, {waiver}}}"
    repository.write(".sealwright.yaml", f"waivers:\n  - {entry}\n")
    result = gate(repository, "apps") if code == 1 else gate(repository)
    assert result.returncode == code, result.stdout
    assert said in result.stdout.decode()


@pytest.mark.parametrize(
    ("configuration", "place", "hint"),
    [
        ("policy: {packs: [basline]}\n", ".sealwright.yaml:1:18", "baseline"),
        ("waivers:\n  - {rule: ESO999, path: x, reason: r, owner: o}\n", ".sealwright.yaml:2:12", "ESO"),
        ("policy: {params: {allowedProvider: [aws]}}\n", ".sealwright.yaml:1:", "allowedProviders"),
        ("policy:\n  overrides: [{paths: [x], rules: {WRK01: off}}]\n", ".sealwright.yaml:2:", "WRK0"),
    ],
)
def test_a_wrong_name_is_an_error_with_the_nearest_right_one(
    repository: Repository, configuration: str, place: str, hint: str
) -> None:
    repository.write(".sealwright.yaml", configuration)
    result = gate(repository)
    assert result.returncode == 2
    assert place in result.stderr.decode()
    assert hint in result.stderr.decode()


@pytest.mark.parametrize(
    ("pack", "place"),
    [
        ("pack: own\n", "own.yaml:1"),
        ("pack: [\n", "own.yaml:"),
        ("PACK\nrules: [{id: OWN001}]\n", "own.yaml:"),
        ("PACK\nrules:\n  - RULE(sizze(object) > 0)\n", "own.yaml:"),
        ("PACK\nrules:\n  - RULE(size(object))\n", "own.yaml:"),
    ],
)
def test_a_broken_pack_is_an_error_at_its_line(repository: Repository, pack: str, place: str) -> None:
    rule = (
        "{id: OWN001, slug: own, title: Own, why: So., severity: low, precision: certain, kinds: [v1/Pod], "
        'expression: "EXPRESSION", message: m, remediation: r, controls: {}, export: {admission: true}, '
        "tests: {pass: [{apiVersion: v1, kind: Pod}], fail: [{apiVersion: v1, kind: Pod, x: 1}]}}"
    )
    text = pack.replace("PACK", "pack: own\nversion: 1.0.0\ntitle: Own\ndescription: Own.")
    if "RULE(" in text:
        head, _, rest = text.partition("RULE(")
        text = head + rule.replace("EXPRESSION", rest.rstrip()[:-1]) + "\n"
    repository.write("policy/own.yaml", text)
    result = gate(repository, "--pack", "policy/own.yaml")
    assert result.returncode == 2, result.stdout + result.stderr
    assert f"policy/{place}" in result.stderr.decode()


def test_what_cannot_be_read_is_never_clean(repository: Repository) -> None:
    repository.write("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: x\nspec: [\n")
    repository.write("good.yaml", STORE)
    result = gate(repository, "--format", "json")
    assert result.returncode == 3
    report = json.loads(result.stdout)
    assert [error["path"] for error in report["errors"]] == ["broken.yaml"]
    assert [finding["rule"] for finding in report["findings"]] == ["ESO015"]


def test_a_baseline_may_only_shrink(repository: Repository) -> None:
    repository.write("apps/store.yaml", STORE)
    assert gate(repository, "--update-baseline").returncode == 0
    assert gate(repository).returncode == 0
    before = repository.read(".sealwright-baseline.json")
    repository.write("apps/second.yaml", STORE.replace("name: vault", "name: second"))
    assert gate(repository).returncode == 1
    refused = gate(repository, "--update-baseline")
    assert refused.returncode == 2
    assert b"--allow-growth" in refused.stderr
    assert repository.read(".sealwright-baseline.json") == before
    assert gate(repository, "--update-baseline", "--allow-growth").returncode == 0
    assert gate(repository).returncode == 0


def test_rendered_manifests_come_by_standard_input(repository: Repository) -> None:
    result = gate(repository, "-", "--format", "json", stdin=STORE.encode())
    assert result.returncode == 1
    assert [finding["path"] for finding in json.loads(result.stdout)["findings"]] == ["<stdin>"]


def test_an_allowance_in_the_file_counts_and_an_unused_one_is_told(repository: Repository) -> None:
    allowed = STORE.replace("      server", "      # sealwright: allow[ESO015] inside the mesh\n      server")
    repository.write("apps/store.yaml", allowed)
    assert gate(repository).returncode == 0
    assert run_program("sealwright", "scan", cwd=repository.path).stdout == b""
    repository.write("apps/store.yaml", allowed.replace("http:", "https:"))
    assert [rule for rule, *_ in findings(repository)] == ["allow-unused"]


def test_repairs_are_made_and_judged_again(repository: Repository) -> None:
    text = (
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: ebs.csi.aws.com\n"
        "parameters:\n  type: gp3  # fast\n"
    )
    repository.write("class.yaml", text)
    assert gate(repository).returncode == 1
    sarif = json.loads(gate(repository, "--format", "sarif").stdout)
    change = sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change["insertedContent"]["text"] == '  encrypted: "true"\n'
    result = gate(repository, "--fix")
    assert result.returncode == 0, result.stdout
    assert repository.read("class.yaml").decode() == text + '  encrypted: "true"\n'


def test_the_time_that_looking_took_is_told(repository: Repository) -> None:
    for number in range(300):
        repository.write(f"apps/{number}.yaml", DEPLOYMENT)
    report = json.loads(gate(repository, "--format", "json", "--jobs", "1").stdout)
    started = json.loads(gate(repository, "--format", "json", "README.md").stdout)["summary"]["seconds"]
    assert report["summary"]["seconds"] > started > 0


def test_what_is_too_large_to_be_read_is_never_clean(repository: Repository) -> None:
    rows = "  a: " + "x" * 70 + "\n"
    repository.write("large.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + rows * 20)
    repository.write("notes.md", rows * 20)
    assert gate(repository).returncode == 0
    result = gate(repository, "--max-bytes", "1000")
    assert result.returncode == 3
    assert b"large.yaml: larger than" in result.stderr + result.stdout
    assert b"notes.md" not in result.stderr + result.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("arguments", [(), ("large.yaml",), ("--staged",)])
def test_a_kind_behind_the_limit_does_not_hide_an_object(
    repository: Repository, arguments: tuple[str, ...], encoding: str
) -> None:
    text = "---\n" + "# nothing\n" * 300_000 + STORE
    (repository.path / "large.yaml").write_bytes(text.encode(encoding))
    repository.write("numbers.json", "[" + "1234567, " * 300_000 + "1]")
    repository.write("main.tf", "# nothing\n" * 10)
    repository.add()
    result = gate(repository, "--max-bytes", "1000", *arguments)
    assert result.returncode == 3, result.stdout
    said = (result.stderr + result.stdout).decode()
    assert "large.yaml: larger than" in said
    assert arguments == ("--staged",) or "numbers.json" not in said


@pytest.mark.parametrize("configuration", ["policy: {packs: []}\n", "policy: {packs: [./own.yaml]}\n"])
def test_a_gate_without_rules_is_an_error(repository: Repository, configuration: str) -> None:
    repository.write("apps/store.yaml", STORE)
    repository.write("own.yaml", "pack: own\nversion: 1.0.0\ntitle: Own\ndescription: Own.\n")
    repository.write(".sealwright.yaml", configuration)
    result = gate(repository)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"nothing would be judged by policy" in result.stderr
    assert b"leave `packs` out for baseline" in result.stderr
    assert gate(repository, "--pack", "baseline").returncode == 1
    assert run_program("sealwright", "scan", cwd=repository.path).returncode == 0
    assert run_program("sealwright", "inventory", cwd=repository.path).returncode == 0
