"""Secrets in every form that repositories have them, inside kustomizations and overlays, to each target and back.

What is read back is read by the manifests in Git alone, with the services' own clients or the sealing keys.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from aws_stand_in import Aws, aws_server
from support import Repository, run_program

BINARY = bytes(range(255, -1, -1))
VALUES: dict[str, dict[str, bytes]] = {
    "db": {"password": b"planted-horse-staple-1", "user": b"planted-user-2", "dsn": b"pg://u:planted-3@db/x?y=%20&z"},
    "web-tls": {"tls.crt": b"-----BEGIN CERTIFICATE-----\nplanted4\n", "tls.key": b"-----BEGIN KEY-----\nplanted5\n"},
    "pull": {".dockerconfigjson": b'{"auths":{"r.example.com":{"auth":"cGxhbnRlZDY6eA=="}}}'},
    "basic": {"username": b"planted-user-7", "password": b"planted-basic-8"},
    "keystore": {"store.jks": BINARY, "config.yaml": b"a: planted-9\nb:\n  - '{{ planted-10 }}'\n"},
    "one": {"token": b"planted-one-11"},
    "two": {"token": "plänted-two-12\r\n".encode()},
    "json": {"token": b"planted-json-13"},
    "gen": {"literal": b"planted-literal-14", "FROM_ENV": b"planted env 15", "blob.bin": BINARY[::-1]},
    "named": {"password": b"planted-named-16"},
    "merged": {"base": b"planted-base-18", "stage": b"planted-stage-19"},
}
PATCHED = {"password": b"planted-patched-17"}
"""Of a Secret that an overlay patches: it has to stay."""
MOUNTED = ("db", "keystore")
RENAMED = ("named", "gen", "merged")
"""Secrets that another kustomization gives another name."""


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def manifest(name: str, namespace: str, **more: Any) -> dict[str, Any]:
    data = {key: b64(value) for key, value in VALUES[name].items()}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data, **more}


def secrets(namespace: str) -> str:
    first = f"""\
# planted: the database
apiVersion: v1
kind: Secret
metadata:
  name: db  # as in the chart
  namespace: {namespace}
  annotations:
    note: '{{{{ kept }}}}'
data:
  password: {b64(b"overridden-below")}
  user: {b64(VALUES["db"]["user"])}
stringData:
  # the new one
  password: {VALUES["db"]["password"].decode()}
  dsn: "{VALUES["db"]["dsn"].decode()}"
---
# between them: stays
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: {namespace}}}
data: {{level: "debug"}}
"""
    others = [
        manifest("web-tls", namespace, type="kubernetes.io/tls"),
        manifest("pull", namespace, type="kubernetes.io/dockerconfigjson"),
        manifest("basic", namespace, type="kubernetes.io/basic-auth"),
        manifest("keystore", namespace, immutable=True),
    ]
    return "---\n".join([first, *(yaml.safe_dump(one, sort_keys=False) for one in others)])


WORKLOAD = """\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: planted, namespace: {ns}}}
imagePullSecrets: [{{name: pull}}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: planted
  namespace: {ns}
spec:
  selector: {{matchLabels: {{app: planted}}}}
  template:
    metadata: {{labels: {{app: planted}}}}
    spec:
      serviceAccountName: planted
      imagePullSecrets:
        - name: pull
      containers:
        - name: main  # kept
          image: planted:1
          env:
            - name: DSN
              valueFrom:
                secretKeyRef: {{name: db, key: dsn}}
          envFrom:
            - secretRef:
                name: db
          volumeMounts:
            - {{name: store, mountPath: /etc/store, readOnly: true}}
      volumes:
        - name: store
          secret: {{secretName: keystore}}
---
apiVersion: v1
kind: Pod
metadata: {{name: projects, namespace: {ns}}}
spec:
  containers: [{{name: main, image: planted:1, volumeMounts: [{{name: all, mountPath: /all}}]}}]
  volumes:
    - name: all
      projected:
        sources:
          - secret: {{name: one}}
          - secret: {{name: gen}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: planted, namespace: {ns}}}
spec:
  tls: [{{hosts: [planted.example.com], secretName: web-tls}}]
  defaultBackend: {{service: {{name: planted, port: {{number: 80}}}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: planted, namespace: {ns}}}
spec:
  gatewayClassName: any
  listeners: [{{name: web, port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: web-tls}}]}}}}]
---
apiVersion: example.com/v1
kind: Widget
metadata: {{name: planted, namespace: {ns}}}
spec: {{passwordSecretRef: {{name: basic, key: password}}}}
"""
NAMED = """\
apiVersion: v1
kind: Secret
metadata: {{name: {name}, namespace: {ns}}}
stringData:
  password: {value}
"""
USER = """\
---
apiVersion: v1
kind: Pod
metadata: {{name: uses-named, namespace: {ns}}}
spec:
  containers:
    - name: main
      image: planted:1
      envFrom: [{{secretRef: {{name: named}}}}, {{secretRef: {{name: patched}}}}, {{secretRef: {{name: merged}}}}]
"""
GENERATED = """\
secretGenerator:
- {{name: merged, namespace: {ns}, {add}literals: [{value}]}}
"""


def plant(repository: Repository, app: str, namespace: str) -> None:
    """Plant everything in and beside the folder of a kustomization that is there, and name it in that."""
    own = repository.read(f"{app}/kustomization.yaml").decode()
    indent = "  " if "\n  - " in own else ""
    listed = own.index("resources:\n") + len("resources:\n")
    repository.write(f"{app}/kustomization.yaml", f"{own[:listed]}{indent}- ./planted\n{own[listed:]}")
    at = f"{app}/planted"
    repository.write(
        f"{at}/kustomization.yaml",
        f"# planted\nnamespace: {namespace}\nresources:\n- secrets.yaml\n- list.yaml # both\n- api.json\n"
        "- workload.yaml\nsecretGenerator:\n# three ways\n- name: gen\n  literals:\n  - literal=planted-literal-14\n"
        "  envs: [gen.env]\n  files: [blob.bin]\n"
        "patches:\n- patch: |-\n    - {op: add, path: /spec/replicas, value: 2}\n  target: {kind: Deployment}\n",
    )
    repository.write(f"{at}/secrets.yaml", secrets(namespace))
    repository.write(f"{at}/workload.yaml", WORKLOAD.format(ns=namespace))
    listing = {"apiVersion": "v1", "kind": "List", "items": [manifest("one", namespace), manifest("two", namespace)]}
    repository.write(f"{at}/list.yaml", yaml.safe_dump(listing))
    repository.write(f"{at}/api.json", json.dumps(manifest("json", namespace), indent=2))
    repository.write(f"{at}/gen.env", "# from the environment\nFROM_ENV=planted env 15\n")
    repository.write(f"{at}/blob.bin", BINARY[::-1])
    base, stage = f"{app}-planted-base", f"{app}-planted-stage"
    generated = GENERATED.format(add="", ns=namespace, value="base=planted-base-18")
    repository.write(f"{base}/kustomization.yaml", f"resources: [named.yaml, patched.yaml]\n{generated}")
    named = NAMED.format(name="named", ns=namespace, value=VALUES["named"]["password"].decode())
    repository.write(f"{base}/named.yaml", named + USER.format(ns=namespace))
    patched = NAMED.format(name="patched", ns=namespace, value=PATCHED["password"].decode())
    repository.write(f"{base}/patched.yaml", patched)
    repository.write(
        f"{stage}/kustomization.yaml",
        f"namePrefix: stage-\nresources: [../{PurePosixPath(base).name}]\npatches: [{{path: patch.yaml}}]\n"
        + GENERATED.format(add="behavior: merge, ", ns=namespace, value="stage=planted-stage-19"),
    )
    patch = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "patched", "namespace": namespace}}
    repository.write(f"{stage}/patch.yaml", yaml.safe_dump(patch | {"stringData": {"user": "of-the-stage"}}))
    repository.commit("planted")


class Planted:
    """A repository with everything planted, and the ways to ask it."""

    def __init__(
        self,
        repository: Repository,
        app: str,
        namespace: str,
        environment: dict[str, str],
        overlays: tuple[str, ...] = (),
    ) -> None:
        self.repository = repository
        self.overlays = overlays
        self.app = app
        self.environment = environment
        plant(repository, app, namespace)
        self.tree = self.contents()
        self.built = self.builds()

    def convert(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What a conversion reports."""
        done = run_program(
            "sealwright", "convert", "--format", "json", *arguments, cwd=self.repository.path, env=self.environment
        )
        assert done.returncode == code, (done.returncode, done.stderr.decode(), done.stdout.decode())
        assert not any(form in done.stdout + done.stderr for form in needles(VALUES.values()))
        return dict(json.loads(done.stdout))

    def contents(self) -> dict[str, bytes]:
        """Every file that git would take."""
        names = self.repository.git("ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
        paths = [name for name in dict.fromkeys(names) if name and (self.repository.path / name).is_file()]
        return {name: self.repository.read(name) for name in paths}

    def documents(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every object of a kind that stands in the planted folders."""
        for path, data in self.contents().items():
            if "planted" in path and path.endswith((".yaml", ".json")) and "kustomization" not in path:
                for document in yaml.safe_load_all(data):
                    for item in (document or {}).get("items", [document or {}]):
                        if item.get("kind") == kind:
                            yield item

    def builds(self) -> dict[str, list[str]]:
        """What kustomize makes of it, but for Secrets and what becomes of them; names without hashes."""
        if not shutil.which("kubectl"):
            return {}
        built = {}
        for folder in (self.app, f"{self.app}-planted-stage", *self.overlays):
            done = subprocess.run(
                ["kubectl", "kustomize", folder], cwd=self.repository.path, capture_output=True, check=True
            )
            kept = []
            for one in yaml.safe_load_all(done.stdout):
                name = one["metadata"]["name"]
                if one["kind"] == "Secret" or (one["kind"] in BECOMES and is_planted(name)):
                    continue
                kept.append(without_hashes(json.dumps(one, sort_keys=True)))
            built[folder] = sorted(kept)
        return built

    def check_tree(self, moved: list[str]) -> None:
        """Nothing is left of what has moved, and nothing else has changed, hunk by hunk."""
        gone = needles(VALUES[name] for name in moved)
        now = self.contents()
        assert [path for path, data in now.items() if any(form in data for form in gone)] == []
        touched = {path for path in now.keys() | self.tree.keys() if now.get(path) != self.tree.get(path)}
        assert {path for path in touched if "planted" not in path} <= {".sealwright-stores.lock", ".sealwright.lock"}
        assert f"{self.app}-planted-base/patched.yaml" not in touched
        if "db" in moved:
            kept = self.tree[f"{self.app}/planted/secrets.yaml"].split(b"---\n")[1]
            assert now[f"{self.app}/planted/secrets.yaml"].count(kept) == 1
            assert b"# planted: the database\n" in now[f"{self.app}/planted/secrets.yaml"]
            assert b"name: db  # as in the chart\n" in now[f"{self.app}/planted/secrets.yaml"]
        self.check_hunks()

    def check_hunks(self) -> None:
        """In kustomizations only the generator goes and names come; no line elsewhere is touched."""
        path = f"{self.app}/planted/kustomization.yaml"
        lines = self.repository.git("diff", "--unified=0", "--", path).splitlines()[4:]
        removed = [line[1:] for line in lines if line.startswith("-")]
        added = [line[1:] for line in lines if line.startswith("+")]
        generator = self.tree[path].decode().split("secretGenerator:\n")[1].split("patches:\n")[0].splitlines()
        assert set(removed) <= {"secretGenerator:", *generator}
        assert all(line.lstrip("- ").startswith(("gen", "configurations:", "name-reference")) for line in added), added

    def undo(self) -> None:
        """Every byte is back."""
        done = run_program("sealwright", "convert", "--undo", cwd=self.repository.path, env=self.environment)
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        assert self.contents() == self.tree
        assert self.repository.git("status", "--short") == ""


BECOMES = ("ExternalSecret", "SealedSecret", "SecretProviderClass")


def is_planted(name: str) -> bool:
    return name.removeprefix("stage-").removesuffix("-csi") in {*VALUES, "patched"}


def without_hashes(text: str) -> str:
    import re

    return re.sub(r'"(gen|stage-merged)-[a-z0-9]{10}"', r'"\1"', text)


def needles(values: Any) -> list[bytes]:
    found = []
    for one in values:
        for value in one.values():
            once = base64.b64encode(value)
            found += [value, once, base64.b64encode(once), quote(value, safe="").encode()]
            found += [json.dumps(value.decode())[1:-1].encode()] if value.isascii() else []
    return found


def resolved(planted: Planted, get: Callable[[str], bytes]) -> dict[str, dict[str, bytes]]:
    """What the operator would make of the manifests."""
    found: dict[str, dict[str, bytes]] = {}
    for item in planted.documents("ExternalSecret"):
        assert item["spec"]["target"]["name"] == item["metadata"]["name"]
        for entry in item["spec"]["data"]:
            ref = entry["remoteRef"]
            value = get(ref["key"])
            if "property" in ref:
                value = json.loads(value)[ref["property"].replace("\\.", ".")].encode()
            value = base64.b64decode(value, validate=True) if ref["decodingStrategy"] == "Base64" else value
            found.setdefault(item["metadata"]["name"], {})[entry["secretKey"]] = value
    return found


OWN = "resources:\n  - service.yaml\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n"


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with aws_server() as server:
        yield server


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "HOME", str(home))
    repository = Repository.init(tmp_path / "repository")
    repository.write("README.md", "# The shop\n")
    repository.write("apps/shop/kustomization.yaml", OWN)
    repository.write("apps/shop/service.yaml", SERVICE)
    return Planted(repository, "apps/shop", "planted", {})


def by_operator(planted: Planted, get: Callable[[str], bytes]) -> None:
    """To ExternalSecrets, and everything that there is to see about it."""
    report = planted.convert("--to", "external-secret", "--write")
    assert {stay["resource"]["name"] for stay in report["stays"] if "planted" in stay["path"]} == {"patched"}
    assert resolved(planted, get) == VALUES
    planted.check_tree(list(VALUES))
    assert planted.builds() == planted.built
    planted.convert("--to", "external-secret", "--check")
    planted.undo()


def by_driver(planted: Planted, client: Any) -> None:
    """To SecretProviderClasses, where pods mount what they become."""
    report = planted.convert("--to", "secret-provider-class", "--write")
    moved = [move["resource"]["name"] for move in report["moves"]]
    assert set(MOUNTED) <= set(moved), report["stays"]
    found: dict[str, dict[str, bytes]] = {}
    for item in planted.documents("SecretProviderClass"):
        files = found.setdefault(item["metadata"]["name"], {})
        for entry in yaml.safe_load(item["spec"]["parameters"]["objects"]):
            answer = client.get_secret_value(SecretId=entry["objectName"])
            body = bytes(answer.get("SecretBinary") or answer["SecretString"].encode())
            if "objectAlias" in entry and "jmesPath" not in entry:
                files[entry["objectAlias"]] = body
            for part in entry.get("jmesPath", ()):
                files[part["objectAlias"]] = json.loads(body)[part["path"].strip('"')].encode()
    assert found == {name: VALUES[name] for name in moved}
    planted.check_tree(moved)
    built = planted.builds()
    differing = {one for folder, before in planted.built.items() for one in set(before) ^ set(built[folder])}
    assert {json.loads(one)["kind"] for one in differing} <= {"Deployment", "Pod"}
    planted.undo()


def by_sealing(planted: Planted, folder: Path) -> None:
    """To SealedSecrets, but for what another kustomization renames, which could not be opened under two names."""
    from sealwright.sealing.keypair import generate_keypair

    private, certificate = generate_keypair(bits=2048)
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(certificate)
    report = planted.convert("--to", "sealed-secret", "--certificate", str(folder / "cert.pem"), "--write")
    stays = {stay["resource"]["name"] for stay in report["stays"] if "planted" in stay["path"]}
    moved = sorted(VALUES.keys() - stays)
    assert stays <= {"patched", *RENAMED}, report["stays"]
    found: dict[str, dict[str, bytes]] = {}
    for path, data in planted.contents().items():
        if "planted" not in path or b"SealedSecret" not in data or path.endswith(".lock"):
            continue
        done = run_program("sealwright", "open", "--private-key", folder / "key.pem", path, cwd=planted.repository.path)
        assert done.returncode == 0, done.stderr.decode()
        for document in yaml.safe_load_all(done.stdout):
            for item in document.get("items", [document]):
                entries = item["data"].items()
                found[item["metadata"]["name"]] = {key: base64.b64decode(value) for key, value in entries}
    assert found == {name: VALUES[name] for name in moved}
    planted.check_tree(moved)
    assert planted.builds() == planted.built
    planted.undo()


def from_local(key: str) -> bytes:
    from sealwright.config import Store
    from sealwright.stores.local import open_store

    stored = open_store(Store("local", "local")).get(key)
    assert stored is not None
    return stored.body.reveal()


def from_aws(client: Any) -> Callable[[str], bytes]:
    def get(key: str) -> bytes:
        answer = client.get_secret_value(SecretId=key)
        return bytes(answer.get("SecretBinary") or answer["SecretString"].encode())

    return get


def use_aws(planted: Planted, aws: Aws, run: str) -> None:
    """Name a store in the configuration, as a part of what is committed."""
    planted.environment.update(aws.environment)
    store = f"{{backend: aws-secrets-manager, region: eu-central-1, key: '{run}/{{namespace}}/{{name}}'}}"
    planted.repository.write(".sealwright.yaml", f"stores:\n  aws: {store}\n")
    planted.repository.commit("the store")
    planted.tree = planted.contents()


def test_to_external_secrets_in_files(planted: Planted) -> None:
    by_operator(planted, from_local)


def test_to_external_secrets_in_aws(planted: Planted, aws: Aws) -> None:
    use_aws(planted, aws, "eso")
    by_operator(planted, from_aws(aws.client("secretsmanager")))


def test_to_secret_provider_classes(planted: Planted, aws: Aws) -> None:
    use_aws(planted, aws, "csi")
    by_driver(planted, aws.client("secretsmanager"))


def test_to_sealed_secrets(planted: Planted, tmp_path: Path) -> None:
    by_sealing(planted, tmp_path)
