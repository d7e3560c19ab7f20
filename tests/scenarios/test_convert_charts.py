"""Credentials in the values of charts through the whole of a conversion: store, files, worklist, and the way back."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from support import Repository, run_program

POSTGRES, USER, REDIS, MAIL, SHOP = "tide.88.Zq", "other.99.Zq", "r3dis.secret.77", "m4il.secret.55", "umbrella.pw.31"
VALUES = (POSTGRES, USER, REDIS, MAIL, SHOP)
FLUX = f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: db
  namespace: prod
spec:
  chart:
    spec:
      chart: postgresql
      sourceRef: {{kind: HelmRepository, name: charts, namespace: flux-system}}
  values:
    auth:
      # the owner
      username: shop
      password: {USER}  # rotate
      postgresPassword: '{POSTGRES}'
"""
CHARTS = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {url: https://charts.bitnami.com/bitnami}
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  destination: {{namespace: {name}}}
  source:
    repoURL: {url}
    {chart}
"""
REDIS_VALUES = f"""\
    helm:
      values: |
        # the cache
        auth:
          password: {REDIS}

        replica: {{replicaCount: 1}}
"""
API_VALUES = f"""\
    helm:
      valuesObject:
        smtp: {{host: mail, password: {MAIL}}}
"""
GIT = "https://git.example.com/shop.git"
FILES = {
    "clusters/repositories.yaml": CHARTS,
    "apps/db.yaml": FLUX,
    "apps/cache.yaml": ARGO.format(name="cache", url="https://charts.bitnami.com/bitnami", chart="chart: redis")
    + REDIS_VALUES,
    "apps/api.yaml": ARGO.format(name="api", url=GIT, chart="path: charts/api") + API_VALUES,
    "apps/shop.yaml": ARGO.format(name="shop", url=GIT, chart="path: charts/shop"),
    "charts/api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
    "charts/api/values.yaml": "smtp:\n  host: ''\n  password: ''\n  existingSecret: ''\n",
    "charts/api/templates/a.yaml": "secretKeyRef:\n  name: {{ .Values.smtp.existingSecret }}\n  key: smtp-password\n",
    "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n"
    "- {name: postgresql, alias: db, version: 17.0.0, repository: https://charts.bitnami.com/bitnami}\n",
    "charts/shop/values.yaml": f"# the shop\ndb:\n  auth:\n    postgresPassword: {SHOP}  # old\n    database: shop\n",
}
SECRETS = {
    "prod/db-auth": {"postgres-password": POSTGRES, "password": USER},
    "cache/cache-auth": {"redis-password": REDIS},
    "api/api-smtp": {"smtp-password": MAIL},
    "shop/shop-db-auth": {"postgres-password": SHOP},
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "HOME", str(home))
    made = Repository.init(tmp_path / "repository")
    for path, text in FILES.items():
        made.write(path, text)
    made.commit("as it was")
    return made


def convert(repository: Repository, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = run_program("sealwright", "convert", *arguments, cwd=repository.path)
    assert done.returncode == code, (done.stdout + done.stderr).decode()
    assert not any(value.encode() in done.stdout + done.stderr for value in VALUES)
    return done


def to(repository: Repository, *arguments: str, code: int = 0) -> str:
    return convert(repository, "--to", "external-secret", *arguments, code=code).stdout.decode()


def changed(repository: Repository) -> set[str]:
    lines = repository.git("status", "--porcelain", "--untracked-files=all").splitlines()
    return {line[3:] for line in lines}


def documents(repository: Repository, path: str) -> list[dict[str, object]]:
    return list(yaml.safe_load_all(repository.read(path)))


def test_every_place_and_back(repository: Repository) -> None:
    shown = to(repository, "--diff")
    assert "Charts keep these" not in shown
    assert changed(repository) == set()
    to(repository, "--check", code=1)
    to(repository, "--write", "--worklist", "json=../rotate.json")
    everything = [yaml.safe_load_all(repository.read(f"apps/{name}.yaml")) for name in ("db", "cache", "api", "shop")]
    made = {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": {ref["secretKey"] for ref in one["spec"]["data"]}
        for file in everything
        for one in file
        if one["kind"] == "ExternalSecret"
    }
    assert made == {name: set(values) for name, values in SECRETS.items()}
    assert changed(repository) == {
        *(f"apps/{name}.yaml" for name in ("db", "cache", "api", "shop")),
        *("charts/shop/values.yaml", ".sealwright-stores.lock"),
    }
    worklist = json.loads((repository.path.parent / "rotate.json").read_text(encoding="utf-8"))
    assert {item["path"] for item in worklist["items"]} == changed(repository) - {
        *("apps/shop.yaml", ".sealwright-stores.lock")
    }
    assert all(item["since"] for item in worklist["items"])
    assert "Nothing to convert" in to(repository)
    convert(repository, "--undo")
    assert changed(repository) == set()


def test_the_lines_that_change(repository: Repository) -> None:
    to(repository, "--write")
    lines = repository.git("diff", "--unified=0", "--", "charts", "apps/cache.yaml").splitlines()
    assert [line for line in lines if line[:1] == "-" and line[:3] != "---"] == [
        f"-          password: {REDIS}",
        f"-    postgresPassword: {SHOP}  # old",
    ]
    assert '+    postgresPassword: ""  # old' in lines
    assert "+          existingSecret: cache-auth" in lines
    release, made = documents(repository, "apps/db.yaml")
    assert release["spec"]["values"]["auth"] == {  # type: ignore[index]
        "username": "shop",
        "password": "",
        "postgresPassword": "",
        "existingSecret": "db-auth",
    }
    assert made["metadata"] == {"name": "db-auth", "namespace": "prod"}


ELSEWHERE = {
    "another namespace set by a kustomization": (
        {"apps/kustomization.yaml": "namespace: argocd\nresources: [cache.yaml]\n"},
        "apps/cache.yaml",
        "puts all of this file into namespace argocd",
    ),
    "a patch of it": (
        {
            "apps/kustomization.yaml": "resources: [db.yaml]\npatches: [{path: p.yaml}]\n",
            "apps/p.yaml": "kind: HelmRelease\nmetadata: {name: db}\nspec: {interval: 5m}\n",
        },
        "apps/db.yaml",
        "a kustomization may patch it",
    ),
    "another name": (
        {"apps/kustomization.yaml": "namePrefix: x-\nresources: [db.yaml]\n"},
        "apps/db.yaml",
        "a kustomization changes its name",
    ),
    "a second release of the chart": (
        {"apps/two.yaml": ARGO.format(name="two", url=GIT, chart="path: charts/shop")},
        "charts/shop/values.yaml",
        "it has several releases",
    ),
    "values of the release's own": (
        {"apps/shop.yaml": FILES["apps/shop.yaml"] + "    helm: {valueFiles: [values-prod.yaml]}\n"},
        "charts/shop/values.yaml",
        "it has values of its own",
    ),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_is_not_certain_stays_with_the_reason(repository: Repository, case: str) -> None:
    files, path, reason = ELSEWHERE[case]
    for name, text in files.items():
        repository.write(name, text)
    before = repository.read(path)
    shown = to(repository, "--write", "--format", "json")
    left = [one for one in json.loads(shown)["charts"] if one["path"] == path]
    assert left
    assert all(reason in one["reason"] for one in left)
    assert repository.read(path) == before


def test_a_driver_that_mounts_cannot_take_them(repository: Repository) -> None:
    repository.write(".sealwright.yaml", "stores: {aws: {backend: aws-secrets-manager, region: eu-central-1}}\n")
    done = convert(repository, "--to", "secret-provider-class", "--format", "json")
    report = json.loads(done.stdout)
    assert (report["moves"], report["files"]) == ([], [])
    assert {one["reason"] for one in report["charts"]} == {
        "no pod of the repository uses it, so that nothing would mount its values"
    }


def test_a_hook_blocks_what_could_be_moved(repository: Repository) -> None:
    done = run_program("sealwright-external-secret", "apps/db.yaml", cwd=repository.path)
    assert done.returncode == 1
    assert b"sealwright convert --to external-secret --write apps/db.yaml" in done.stdout + done.stderr
    assert changed(repository) == set()


def test_a_hook_does_not_block_what_its_kind_cannot_take(repository: Repository) -> None:
    repository.write(".sealwright.yaml", "stores: {aws: {backend: aws-secrets-manager, region: eu-central-1}}\n")
    done = run_program("sealwright-secret-provider-class", *FILES, cwd=repository.path)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_what_is_left_of_a_charts_values_is_named_also_when_it_goes_on(repository: Repository) -> None:
    repository.write("notes.md", f"x\nuse {MAIL}\n")
    before = {path: repository.read(path) for path in ("apps/api.yaml", "apps/cache.yaml")}
    to(repository, "--write", code=1)
    after = {path: repository.read(path) for path in before}
    journal = repository.path / ".git" / "sealwright" / "journal"
    journal.write_bytes(journal.read_bytes().replace(b'{"stage": "done"}\n', b""))  # as if it had been killed there
    for path, content in before.items():
        repository.write(path, content)
    done = convert(repository, "--resume", code=1)
    assert b"notes.md:2: `smtp-password` of Secret api/api-smtp (apps/api.yaml)" in done.stderr
    assert {path: repository.read(path) for path in before} == after


def test_a_takeover_says_who_takes_the_values(repository: Repository) -> None:
    shown = to(repository, "--takeover", "argo")
    assert "HelmRelease prod/db takes its values" in shown
    assert "stays for now" not in shown
