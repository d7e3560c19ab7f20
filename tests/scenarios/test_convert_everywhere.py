"""A whole repository to each kind of store and back: what Git and the store say together is every byte there was.

The values are read with the services' own clients, by what the manifests say, not by this program.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from aws_stand_in import Aws, aws_server
from azure_stand_in import AzureStandIn
from controller_stand_in import Authority
from gcp_stand_in import GcpStandIn
from loopback_server import serving
from support import Repository, run_program
from vault_stand_in import VaultStandIn

BINARY = bytes(range(256))
VALUES: dict[str, dict[str, bytes]] = {
    "db": {"password": b"corr3ct-horse-battery", "user": b"shopkeeper-9", "empty": b""},
    "store": {"keystore.jks": BINARY, ".hidden": "pässwörd \u2028 🔑\r\n".encode(), "a_b-c": b'{"quoted": "\\u0000"}'},
    "registry": {".dockerconfigjson": b'{"auths":{"registry.example.com":{"auth":"dXNlcjpwNHNzdzByZC0x"}}}'},
    "one": {"token": b"first-of-a-list-77"},
    "two": {"token": b"second-of-a-list-78"},
    "crlf": {"pin": b"line-ending-4711"},
    "json": {"password": b"written-as-json-12"},
    "gen": {"literal": b"Gener4ted-literal", "blob.bin": BINARY[::-1]},
    "env": {"API_KEY": b"from-an-env-file-1", "OTHER": b"x y z = w"},
}


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def secret(name: str, **more: Any) -> dict[str, Any]:
    data = {key: b64(value) for key, value in VALUES[name].items()}
    metadata = {"name": name, "namespace": "shop", "labels": {"app": "{{ shop }}"}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data, **more}


def plant(repository: Repository) -> None:
    repository.write(
        "apps/db.yaml",
        "# the shop's database\napiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: shop\nstringData:\n"
        "  # rotated in May\n  password: corr3ct-horse-battery\n  user: shopkeeper-9\n  empty: ''\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: b}\n",
    )
    repository.write("apps/store.yml", yaml.safe_dump(secret("store"), allow_unicode=True))
    docker = secret("registry", type="kubernetes.io/dockerconfigjson")
    repository.write("apps/registry.yaml", yaml.safe_dump(docker, sort_keys=False))
    listed = {"apiVersion": "v1", "kind": "List", "items": [secret("one"), secret("two")]}
    repository.write("apps/list.yaml", yaml.safe_dump(listed))
    pin = b64(VALUES["crlf"]["pin"])
    crlf = f"kind: Secret\napiVersion: v1\nmetadata:\n  namespace: shop\n  name: crlf\ndata:\n  pin: {pin}\n"
    repository.write("apps/crlf.yaml", crlf.replace("\n", "\r\n"))
    repository.write("apps/api.json", json.dumps(secret("json"), indent=4))
    repository.write(
        "k/kustomization.yaml",
        "namespace: shop\nresources: [cm.yaml]\nsecretGenerator:\n- name: gen\n"
        "  literals: [literal=Gener4ted-literal]\n  files: [blob.bin]\n- name: env\n  envs: [prod.env]\n",
    )
    repository.write("k/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n")
    repository.write("k/blob.bin", BINARY[::-1])
    repository.write("k/prod.env", "API_KEY=from-an-env-file-1\n# no value\nOTHER=x y z = w\n")
    repository.write("README.md", "# What is left alone\n")
    repository.commit("as it was")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "HOME", str(home))
    ENVIRONMENT.clear()
    made = Repository.init(tmp_path / "repository")
    plant(made)
    return made


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with aws_server() as server:
        yield server


def external_secrets(repository: Repository) -> dict[str, dict[str, Any]]:
    """Every ExternalSecret of the work tree, by its name."""
    found = {}
    for path in repository.path.rglob("*"):
        if path.suffix not in {".yaml", ".yml", ".json"} or ".git" in path.parts:
            continue
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for item in document.get("items", [document]) if isinstance(document, dict) else []:
                if item.get("kind") == "ExternalSecret":
                    found[item["metadata"]["name"]] = item
    return found


def resolved(repository: Repository, get: Callable[[str], bytes], prefix: str = "") -> dict[str, dict[str, bytes]]:
    """What the operator would make of the manifests."""
    secrets: dict[str, dict[str, bytes]] = {}
    for name, item in external_secrets(repository).items():
        assert item["apiVersion"] == "external-secrets.io/v1"
        assert item["spec"]["target"]["name"] == name
        for entry in item["spec"]["data"]:
            ref = entry["remoteRef"]
            value = get(prefix + ref["key"])
            if "property" in ref:
                value = json.loads(value)[ref["property"].replace("\\.", ".")].encode()
            value = base64.b64decode(value, validate=True) if ref["decodingStrategy"] == "Base64" else value
            secrets.setdefault(name, {})[entry["secretKey"]] = value
    return secrets


def nothing_is_left(repository: Repository) -> bool:
    needles = [
        form
        for values in VALUES.values()
        for value in values.values()
        if len(value) >= 6
        for form in (value, b64(value).encode(), b64(b64(value).encode()).encode())
    ]
    files = [path.read_bytes() for path in repository.path.rglob("*") if path.is_file() and ".git" not in path.parts]
    return not any(needle in content for needle in needles for content in files)


ENVIRONMENT: dict[str, str] = {}
"""What the program finds in its environment, for the test that runs."""


def convert(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    done = run_program("sealwright", "convert", *arguments, cwd=repository.path, env=ENVIRONMENT)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done


def changed(repository: Repository) -> set[str]:
    lines = subprocess.run(
        ["git", "status", "--short", "--untracked-files=all"],
        cwd=repository.path,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.splitlines()
    return {line[3:] for line in lines}


CONVERTED = {
    "apps/db.yaml",
    "apps/store.yml",
    "apps/registry.yaml",
    "apps/list.yaml",
    "apps/crlf.yaml",
    "apps/api.json",
}
GENERATED = {"k/kustomization.yaml", "k/gen.yaml", "k/env.yaml", "k/blob.bin", "k/prod.env", ".sealwright-stores.lock"}


def check(repository: Repository, get: Callable[[str], bytes], prefix: str = "") -> None:
    assert resolved(repository, get, prefix) == VALUES
    assert nothing_is_left(repository)
    assert changed(repository) == CONVERTED | GENERATED
    assert not (repository.path / "k" / "prod.env").exists()
    assert b"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: b}\n" in repository.read(
        "apps/db.yaml"
    )
    assert repository.read("apps/crlf.yaml").count(b"\n") == repository.read("apps/crlf.yaml").count(b"\r\n")
    json.loads(repository.read("apps/api.json"))
    if shutil.which("kubectl"):
        built = subprocess.run(
            ["kubectl", "kustomize", "k"], cwd=repository.path, capture_output=True, check=True
        ).stdout
        kinds = sorted(document["kind"] for document in yaml.safe_load_all(built))
        assert kinds == ["ConfigMap", "ExternalSecret", "ExternalSecret"]
    convert(repository, "--to", "external-secret", "--store", "target", "--check")


def again(repository: Repository, get: Callable[[str], bytes], prefix: str = "") -> None:
    """What was taken back is there again after another conversion, whatever way back the service keeps."""
    before = {name: repository.read(name) for name in ("apps/db.yaml", "k/gen.yaml")}
    convert(repository, "--undo")
    assert external_secrets(repository) == {}
    convert(repository, "--to", "external-secret", "--write")
    assert {name: repository.read(name) for name in before} == before
    assert resolved(repository, get, prefix) == VALUES
    convert(repository, "--undo")
    for item in ("shop/db", "shop--db", "shop_db"):
        with pytest.raises(Exception):  # noqa: B017, PT011 - each client's own
            get(prefix + item)


def configure(repository: Repository, text: str) -> None:
    repository.write(".sealwright.yaml", f"stores:\n  target: {text}\n")
    repository.commit("where values go")


def test_aws_secrets_manager(repository: Repository, aws: Aws) -> None:
    ENVIRONMENT.update(aws.environment)
    configure(repository, "{backend: aws-secrets-manager, region: eu-central-1, prefix: team/}")
    convert(repository, "--to", "external-secret", "--write")
    client = aws.client("secretsmanager")

    def get(key: str) -> bytes:
        answer = client.get_secret_value(SecretId=key)
        return bytes(answer.get("SecretBinary") or answer["SecretString"].encode())

    check(repository, get, "team/")
    again(repository, get, "team/")


def test_aws_parameter_store_cannot_hold_what_is_empty(
    repository: Repository, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    ENVIRONMENT.update(aws.environment)
    configure(repository, "{backend: aws-parameter-store, region: eu-central-1}")
    shown = convert(repository, "--to", "external-secret", "--write").stdout.decode()
    assert "empty is empty" in " ".join(shown.split())
    client = aws.client("ssm")

    def get(key: str) -> bytes:
        return str(client.get_parameter(Name=key, WithDecryption=True)["Parameter"]["Value"]).encode()

    assert resolved(repository, get) == {name: values for name, values in VALUES.items() if name != "db"}


def test_vault(repository: Repository) -> None:
    service = VaultStandIn()
    with serving(service):
        url = service.base
        ENVIRONMENT.update({"VAULT_ADDR": url, "VAULT_TOKEN": "root"})
        configure(repository, "{backend: vault, mount: secret, prefix: secret/}")  # a folder named as the mount
        convert(repository, "--to", "external-secret", "--write")

        def get(key: str) -> bytes:
            key = key.removeprefix("secret/").removeprefix("data/")  # as the operator takes off the mount's name
            answer = requests.get(f"{url}/v1/secret/data/{key}", headers={"X-Vault-Token": "root"}, timeout=10)
            return json.dumps(answer.json()["data"]["data"]).encode()

        check(repository, get)
        again(repository, get)


def test_google(repository: Repository) -> None:
    service = GcpStandIn()
    with serving(service):
        configure(repository, f"{{backend: gcp-secret-manager, project: shop, endpoint: '{service.base}'}}")
        convert(repository, "--to", "external-secret", "--write")

        def get(key: str) -> bytes:
            url = f"{service.base}/v1/projects/shop/secrets/{key}/versions/latest:access"
            return base64.b64decode(requests.get(url, timeout=10).json()["payload"]["data"])

        check(repository, get)
        entries = external_secrets(repository)["registry"]["spec"]["data"]
        assert [entry["remoteRef"]["property"] for entry in entries] == ["\\.dockerconfigjson"]
        again(repository, get)


def test_azure(repository: Repository, tmp_path: Path) -> None:
    authority, service = Authority(tmp_path), AzureStandIn()
    ENVIRONMENT["REQUESTS_CA_BUNDLE"] = str(authority.file)
    with serving(service, authority.server()):
        configure(repository, f"{{backend: azure-key-vault, vault: '{service.base}'}}")
        convert(repository, "--to", "external-secret", "--write")

        def get(key: str) -> bytes:
            url, headers = f"{service.base}/secrets/{key}", {"Authorization": "Bearer none"}
            answer = requests.get(url, headers=headers, verify=str(authority.file), timeout=10)
            return str(answer.json()["value"]).encode()

        check(repository, get)
        again(repository, get)


WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      serviceAccountName: shop
      containers:
        - name: api
          image: shop:1
          envFrom:
            - secretRef: {name: db}
          volumeMounts:
            - {name: store, mountPath: /etc/store, readOnly: true}
      volumes:
        - name: store  # read at start
          secret: {secretName: store, defaultMode: 0444}
"""


def test_what_the_driver_mounts(repository: Repository, aws: Aws) -> None:
    ENVIRONMENT.update(aws.environment)
    repository.write("apps/api.yaml", WORKLOAD)
    configure(repository, "{backend: aws-secrets-manager, region: eu-central-1, key: 'csi/{namespace}/{name}'}")
    shown = convert(repository, "--to", "secret-provider-class", "--write").stdout.decode()
    assert "registry" in shown  # nothing mounts it: it stays
    client = aws.client("secretsmanager")
    for name, path in (("db", "apps/db.yaml"), ("store", "apps/store.yml")):
        spc = next(one for one in yaml.safe_load_all(repository.read(path)) if one["kind"] == "SecretProviderClass")
        files: dict[str, bytes] = {}
        for entry in yaml.safe_load(spc["spec"]["parameters"]["objects"]):
            answer = client.get_secret_value(SecretId=entry["objectName"])
            body = bytes(answer.get("SecretBinary") or answer["SecretString"].encode())
            files[entry["objectAlias"]] = body
            for part in entry.get("jmesPath", ()):
                files[part["objectAlias"]] = json.loads(body)[part["path"].strip('"')].encode()
        assert {key: files[key] for key in VALUES[name]} == VALUES[name]
    pod = yaml.safe_load(repository.read("apps/api.yaml"))["spec"]["template"]["spec"]
    volume = next(one for one in pod["volumes"] if one["name"] == "store")
    assert volume["csi"] == {
        "driver": "secrets-store.csi.k8s.io",
        "readOnly": True,
        "volumeAttributes": {"secretProviderClass": "store"},
    }
    assert "# read at start" in repository.read("apps/api.yaml").decode()
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "db-csi"}}]


def test_papers(repository: Repository, tmp_path: Path, aws: Aws) -> None:
    ENVIRONMENT.update(aws.environment)
    configure(repository, "{backend: aws-secrets-manager, region: eu-central-1, key: 'p/{namespace}/{name}'}")
    policy, rotate = tmp_path / "policy.json", tmp_path / "rotate.json"
    shown = convert(
        repository,
        "--to",
        "external-secret",
        "--write",
        "--iam-policy",
        str(policy),
        "--aws-account",
        "123456789012",
        "--oidc-provider",
        "oidc.example.com/id/A",
        "--takeover",
        "flux",
        "--secret-store",
        str(tmp_path / "store.yaml"),
        "--service-account",
        "external-secrets/reader",
        "--worklist",
        f"json={rotate}",
        "apps",
    ).stdout.decode()
    [statement] = json.loads(policy.read_text())["Statement"]
    assert statement["Action"] == ["secretsmanager:GetSecretValue"]
    assert "arn:aws:secretsmanager:eu-central-1:123456789012:secret:p/shop/db-??????" in statement["Resource"]
    assert all("*" not in resource for resource in statement["Resource"])
    assert "# Taking over the cluster" in shown
    store = yaml.safe_load((tmp_path / "store.yaml").read_text())
    assert store["spec"]["conditions"] == [{"namespaces": ["shop"]}]
    assert store["spec"]["provider"]["aws"]["auth"] == {
        "jwt": {"serviceAccountRef": {"name": "reader", "namespace": "external-secrets"}}
    }
    items = json.loads(rotate.read_text())["items"]
    assert {(item["name"], item["key"]) for item in items if item["name"] == "db"} == {
        ("db", "password"),
        ("db", "user"),
    }


@pytest.mark.parametrize("tool", ["argo", "flux"])
def test_a_takeover_in_two_commits(repository: Repository, tool: str) -> None:
    arguments = ("--to", "external-secret", "--takeover", tool, "--write", "apps/db.yaml")
    convert(repository, *arguments)
    kinds = [one["kind"] for one in yaml.safe_load_all(repository.read("apps/db.yaml"))]
    assert kinds == ["Secret", "ExternalSecret", "ConfigMap"]
    assert b"corr3ct-horse-battery" in repository.read("apps/db.yaml")
    repository.commit("first")
    convert(repository, *arguments)
    kinds = [one["kind"] for one in yaml.safe_load_all(repository.read("apps/db.yaml")) if one]
    assert kinds == ["ExternalSecret", "ConfigMap"]
    assert b"corr3ct-horse-battery" not in repository.read("apps/db.yaml")
