"""Whole files before and after, and every value read back through the manifests alone."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import jsonschema
import pytest
from support import NO_SHARED_DATA, ROOT
from unit.convert.secret_provider_class.converting import AWS, SSM, STORES, Converted, converted, load_all

from sealwright import config
from sealwright.convert.change import Change, rewritten
from sealwright.convert.secret_provider_class.conversion import class_text
from sealwright.convert.secret_provider_class.model import Identity
from sealwright.convert.secret_provider_class.resolver import mounted_files, synced_secrets
from sealwright.convert.secret_provider_class.validate import flaws
from sealwright.errors import ConvertError
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import Edit
from sealwright.stores.store import Store

FOLDER = ROOT / "tests" / "golden" / "secret-provider-class"
CASES = sorted(path.name for path in FOLDER.iterdir())
SCHEMA = ROOT.parent / "shared" / "crds" / "secretproviderclass_secrets-store.csi.x-k8s.io_v1.strict.schema.json"
DRIVER = "secrets-store.csi.k8s.io"


def settings_of(case: str) -> config.Store:
    return STORES.get(case.rpartition("-")[2], AWS)


def objects_in(text: str) -> list[dict[str, Any]]:
    found = [item for document in load_all(text) for item in document.get("items", [document])]
    return copy.deepcopy(found)


def pod_of(item: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = item["spec"]
    while "containers" not in spec:
        spec = (spec.get("jobTemplate") or spec["template"])["spec"]
    return spec


def values_of(secret: dict[str, Any]) -> dict[str, bytes]:
    values = {key: base64.b64decode(text) for key, text in (secret.get("data") or {}).items()}
    return values | {key: text.encode() for key, text in (secret.get("stringData") or {}).items()}


def upload(made: Converted, store: Store) -> None:
    for placement in made.placements:
        for remote in placement.remotes:
            store.create(remote)


def seen_before(pod: dict[str, Any], secrets: dict[str, dict[str, bytes]]) -> dict[str, Any]:
    """What the containers of a pod see of Secrets: files by mount path, and variables."""
    volumes = {}
    for volume in pod.get("volumes", []):
        if "secret" in volume:
            values = secrets[volume["secret"]["secretName"]]
            items = volume["secret"].get("items") or [{"key": key, "path": key} for key in values]
            volumes[volume["name"]] = {item["path"]: values[item["key"]] for item in items}
    return _seen(pod, volumes, secrets)


def seen_after(pod: dict[str, Any], mounted: dict[str, dict[str, bytes]], secrets: dict[str, Any]) -> dict[str, Any]:
    """The same with the volumes of classes; the provider's own hidden file does not count."""
    volumes = {}
    for volume in pod.get("volumes", []):
        if "csi" in volume:
            assert volume["csi"]["driver"] == DRIVER
            assert volume["csi"]["readOnly"] is True
            files = mounted[volume["csi"]["volumeAttributes"]["secretProviderClass"]]
            volumes[volume["name"]] = {name: value for name, value in files.items() if not name.endswith(".json")}
        assert "secret" not in volume
    return _seen(pod, volumes, secrets)


def _seen(pod: dict[str, Any], volumes: dict[str, Any], secrets: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for container in pod.get("initContainers", []) + pod["containers"]:
        mounts = [mount for mount in container.get("volumeMounts", []) if mount["name"] in volumes]
        files = {(m["mountPath"], m.get("subPath")): volumes[m["name"]] for m in mounts}
        files = {place: found for place, found in files.items() if not place[0].startswith("/mnt/secrets-store/")}
        refs = [entry["valueFrom"]["secretKeyRef"] for entry in container.get("env", []) if "valueFrom" in entry]
        environment = [secrets[ref["name"]][ref["key"]] for ref in refs]
        everything = [secrets[source["secretRef"]["name"]] for source in container.get("envFrom", [])]
        result[container["name"]] = (files, environment, everything)
    return result


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    text = (FOLDER / case / "input.yaml").read_bytes().decode()
    made = converted({"all.yaml": text}, settings_of(case)).files["all.yaml"]
    assert made.encode() == (FOLDER / case / "expected.yaml").read_bytes()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CASES)
def test_pods_see_what_they_saw(case: str, newline: str, store: Store) -> None:
    settings = settings_of(case)
    text = (FOLDER / case / "input.yaml").read_bytes().decode().replace("\n", newline)
    made = converted({"all.yaml": text}, settings)
    upload(made, store)
    before, after = objects_in(text), objects_in(made.files["all.yaml"])
    assert made.files["all.yaml"].count("\n") == made.files["all.yaml"].count(newline)
    old = {item["metadata"]["name"]: values_of(item) for item in before if item["kind"] == "Secret"}
    mounted: dict[str, dict[str, bytes]] = {}
    synced: dict[str, dict[str, bytes]] = {}
    for item in after:
        assert item["kind"] != "Secret"
        if item["kind"] == "SecretProviderClass":
            files = mounted_files(store, settings, item)
            mounted[item["metadata"]["name"]] = {name: value.reveal() for name, value in files.items()}
            synced |= {
                name: {key: value.reveal() for key, value in values.items()}
                for name, values in synced_secrets(item, files).items()
            }
    for name, values in old.items():
        assert set(values.values()) <= set(mounted[name].values())
    pods = [item for item in before if item["kind"] != "Secret"]
    for item in pods:
        changed = next(one for one in after if one["kind"] == item["kind"])
        assert seen_after(pod_of(changed), mounted, synced) == seen_before(pod_of(item), old)
        # and only the volumes, the mounts and the names differ
        for pod in (pod_of(item), pod_of(changed)):
            pod.pop("volumes", None)
            for container in pod.get("initContainers", []) + pod["containers"]:
                for field in ("volumeMounts", "env", "envFrom"):
                    container.pop(field, None)
        assert changed == item


@pytest.mark.parametrize("case", CASES)
def test_the_schema_of_the_driver(case: str) -> None:
    if not SCHEMA.exists():
        pytest.skip(NO_SHARED_DATA)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    text = (FOLDER / case / "expected.yaml").read_text("utf-8")
    found = [item for item in objects_in(text) if item["kind"] == "SecretProviderClass"]
    assert found
    for item in found:
        jsonschema.validate(item, schema)
        assert flaws(item) == []


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData: {a: hunter2, b-c: x}\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec:
  containers:
  - {name: api, image: i, volumeMounts: [{name: db, mountPath: /db}]}
  volumes:
  - name: db
    secret: {secretName: db}
"""


def test_parameters_are_their_own_objects() -> None:
    [found] = converted({"secret.yaml": SECRET, "pod.yaml": POD}, SSM).classes()
    objects = load_all(found["spec"]["parameters"]["objects"])[0]
    assert [item["objectName"] for item in objects] == ["/prod/shop/db/a", "/prod/shop/db/b-c"]
    assert {item["objectType"] for item in objects} == {"ssmparameter"}
    assert "secretObjects" not in found["spec"]


def test_classes_without_a_manifest() -> None:
    """They are what a Secret in a file becomes, comments aside."""
    text = (FOLDER / "statefulset-items-and-modes" / "input.yaml").read_text("utf-8")
    made = converted({"secret.yaml": text})
    written = class_text(made.conversions[0], made.placements[0].references)
    assert load_all(written) == made.classes()


def test_pod_identity_is_a_text() -> None:
    made = converted({"secret.yaml": SECRET, "pod.yaml": POD}, identity=Identity(pod_identity=True))
    assert made.classes()[0]["spec"]["parameters"]["usePodIdentity"] == "true"


def test_a_file_without_a_line_end() -> None:
    made = converted({"secret.yaml": SECRET.removesuffix("\n"), "pod.yaml": POD.removesuffix("\n")})
    assert not made.files["pod.yaml"].endswith("\n")
    assert flaws(made.classes()[0]) == []


def test_the_proof_finds_a_wrong_edit() -> None:
    source = Source("a.yaml", POD)
    for change in (
        Change((Edit(POD.index("api,"), POD.index("api,") + 3, "spi"),)),
        Change((), (((0, len(POD)), {}),)),
        Change((), ((((10**6), 10**6 + 1), {}),)),
        Change((), (), ((0, ({"a": "b"},)),)),
        Change((Edit(5, 6, ""), Edit(4, 7, ""))),
    ):
        with pytest.raises(ConvertError):
            rewritten(source, [change])
    assert rewritten(source, []) == POD


def test_there_are_cases() -> None:
    assert len(CASES) >= 6
    assert all((FOLDER / case / "expected.yaml").exists() for case in CASES)
