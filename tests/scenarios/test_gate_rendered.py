"""The gate on what the cluster gets: overlays and charts rendered by the real programs, told of where people edit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from oracle_renderers import folder_with, needs_helm, needs_kustomize, renderer_path
from support import Repository, posix_only, run_program

pytestmark = posix_only

BASE = "base/kustomization.yaml"
PROD, DEV = "overlays/prod/kustomization.yaml", "overlays/dev/kustomization.yaml"
STORE = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {{name: vault}}
spec:
  provider:
    vault:
      server: {0}://vault.example.com
      path: secret
"""
ADDRESS = ("base/store.yaml", 7, "ESO015")
TO_HTTPS = """\
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault}
spec: {provider: {vault: {server: https://vault.example.com}}}
"""
TO_HTTP = TO_HTTPS.replace("https:", "http:")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repository")


class Gate:
    """What a gate says: its exit code, the places of findings with their rules, messages and problems."""

    def __init__(self, repository: Repository, *arguments: str, code: int, stdin: bytes | None = None) -> None:
        folder = repository.path.parent / "bin"
        known = [name for name in ("kustomize", "helm") if renderer_path(name)]
        path = str(folder) if folder.exists() else folder_with(folder, *known)
        command = ["sealwright", "gate", "--format", "json", *arguments]
        done = run_program(*command, cwd=repository.path, env={"PATH": path}, stdin=stdin)
        self.error = done.stderr.decode()
        assert done.returncode == code, self.error + done.stdout.decode()
        report: dict[str, Any] = json.loads(done.stdout or b'{"findings": [], "errors": []}')
        self.findings = report["findings"]
        self.places = [(each["path"], each["start"]["line"], each["rule"]) for each in self.findings]
        self.problems = [(each["path"], each["message"]) for each in report["errors"]]


@needs_kustomize
def test_what_an_overlay_mends_is_no_finding_and_what_it_breaks_is_one(repository: Repository) -> None:
    repository.write("base/store.yaml", STORE.format("http"))
    repository.write(BASE, "resources: [store.yaml]\n")
    repository.write("overlays/prod/patch.yaml", TO_HTTPS)
    repository.write(PROD, "resources: [../../base]\npatches: [{path: patch.yaml}]\n")
    assert Gate(repository, code=1).places == [ADDRESS]
    assert Gate(repository, "--render", code=0).places == []
    repository.write("base/store.yaml", STORE.format("https"))
    repository.write("overlays/prod/patch.yaml", TO_HTTP)
    gate = Gate(repository, "--render", code=1)
    found = gate.findings[0]
    # Not in the base, whose allowances are not for what is not its own.
    assert gate.places == [(PROD, 1, "ESO015"), ("overlays/prod/patch.yaml", 4, "ESO015")]
    assert found["message"].endswith(", as overlays/prod renders it")
    assert found["field"] == "spec.provider.vault.server"


@needs_kustomize
def test_each_is_told_once_where_it_can_be_mended(repository: Repository) -> None:
    repository.write("base/store.yaml", STORE.format("http"))
    repository.write(BASE, "resources: [store.yaml]\n")
    for path in (PROD, DEV):
        repository.write(path, "resources: [../../base]\nlabels: [{pairs: {a: b}}]\n")
    gate = Gate(repository, "--render", code=1)
    assert gate.places == [ADDRESS]
    assert gate.findings[0]["message"].endswith(", as overlays/dev renders it, and 1 other does")
    repository.write(PROD, "resources: [../../base]\nnamePrefix: a-\nnamespace: shop\n")
    gate = Gate(repository, "--render", code=1)
    assert gate.places == [ADDRESS, ADDRESS]
    assert [each["resource"]["name"] for each in gate.findings] == ["vault", "a-vault"]
    assert len({each["fingerprint"] for each in gate.findings}) == 2


@needs_kustomize
def test_an_object_is_not_taken_for_one_whose_name_is_like_it(repository: Repository) -> None:
    repository.write("base/store.yaml", STORE.format("http"))
    other = STORE.format("http").replace("vault}", "a-vault}")
    line = "      # sealwright: allow[ESO015] inside of the cluster\n      server: http"
    repository.write("base/other.yaml", other.replace("      server: http", line))
    repository.write(BASE, "resources: [store.yaml, other.yaml]\nnamePrefix: a-\n")
    gate = Gate(repository, "--render", code=1)
    found = {(each["path"], each["start"]["line"], each["resource"]["name"], each["status"]) for each in gate.findings}
    assert found == {("base/store.yaml", 7, "a-vault", "new"), ("base/other.yaml", 8, "a-a-vault", "waived")}


@needs_kustomize
@pytest.mark.parametrize(
    "kustomization",
    [
        "configMapGenerator: [{name: d, files: [store.yaml]}]\n",
        (
            "resources: [store.yaml]\npatches: [{patch: '{$patch: delete, apiVersion: external-secrets.io/v1, "
            "kind: SecretStore, metadata: {name: vault}}'}]\n"
        ),
    ],
    ids=["a file of a generator", "deleted in the only overlay"],
)
def test_what_no_rendering_puts_out_is_judged_as_it_stands(repository: Repository, kustomization: str) -> None:
    repository.write("base/store.yaml", STORE.format("http"))
    repository.write(BASE, kustomization)
    assert Gate(repository, "--render", code=1).places == [ADDRESS]


@needs_kustomize
def test_an_allowance_in_the_file_holds(repository: Repository) -> None:
    line = "      # sealwright: allow[ESO015] inside of the cluster\n      server: http"
    repository.write("base/store.yaml", STORE.format("http").replace("      server: http", line))
    repository.write(BASE, "resources: [store.yaml]\nnamePrefix: a-\n")
    (found,) = Gate(repository, "--render", code=0).findings
    assert (found["rule"], found["status"]) == ("ESO015", "waived")


@needs_kustomize
def test_a_generated_secret_is_told_at_its_kustomization_without_a_hash(repository: Repository) -> None:
    generator = "secretGenerator: [{name: db, literals: [password=tide-Lantern-88]}]\n"
    repository.write(PROD, generator)
    gate = Gate(repository, "--render", "--pack", "pci-dss-4.0.1", code=1)
    made = [each for each in gate.findings if each["rule"] == "GIT001"]
    assert [(each["path"], each["start"]["line"], each["resource"]["name"]) for each in made] == [(PROD, 1, "db")]


@needs_kustomize
def test_what_is_not_rendered_is_judged_as_it_stands(repository: Repository) -> None:
    repository.write("alone.yaml", STORE.format("http"))
    repository.write("base/store.yaml", STORE.format("http"))
    repository.write(BASE, "resources: [store.yaml, https://example.com/a.yaml]\n")
    gate = Gate(repository, "--render", code=3)
    assert gate.places == [("alone.yaml", 7, "ESO015"), ADDRESS]
    assert [path for path, _ in gate.problems] == [BASE]


@needs_helm
def test_a_chart_is_told_at_its_template(repository: Repository) -> None:
    repository.write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    repository.write("chart/values.yaml", "scheme: https\n")
    repository.write("chart/values-dev.yaml", "scheme: http\n")
    text = "{{- if true }}\n" + STORE.format("{{ .Values.scheme }}") + "{{- end }}\n"
    repository.write("chart/templates/store.yaml", text)
    gate = Gate(repository, "--render", code=1)
    assert gate.places == [("chart/templates/store.yaml", 3, "ESO015")]
    assert gate.findings[0]["message"].endswith(", as chart renders it with values-dev.yaml")
    repository.write("chart/values-dev.yaml", "scheme: https\n")
    assert Gate(repository, "--render", code=0).places == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--base", "HEAD"), "--render judges what is here, --base compares it with files"),
        (("--fix",), "--fix mends files, --render judges what is made of them"),
        (("--staged",), "--render reads the work tree, --staged the index"),
        (("-",), "standard input is rendered already"),
    ],
)
def test_what_does_not_go_together(repository: Repository, options: tuple[str, ...], said: str) -> None:
    repository.write("a.yaml", STORE.format("https"))
    repository.commit()
    assert said in Gate(repository, "--render", *options, code=2, stdin=b"").error
