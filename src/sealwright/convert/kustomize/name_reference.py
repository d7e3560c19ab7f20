"""The configuration that lets kustomize rename ExternalSecrets, stores and SecretProviderClasses where they are named.

kustomize follows names of Secrets only. With this configuration `namePrefix` and `nameSuffix` reach `spec.target.name`,
the name of the Secret that is made, together with every reference that would have followed the Secret itself; labels
and annotations for all objects reach the Secret's template. It holds for every kustomization above the one that lists
it. Source: kustomize 5.5, `api/internal/konfig/builtinpluginconsts/namereference.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.yaml_words import word
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Sequence, lookup, resolve, text_of
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FILE_NAME = "external-secrets.kustomizeconfig.yaml"
"""The usual name of the file; `sealwright` knows it again by its first line."""
_FIRST = "# Made by sealwright: names of Secrets follow namePrefix and nameSuffix as they did before.\n"
_ESO = "external-secrets.io"
_CSI = "secrets-store.csi.x-k8s.io"
_PODS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"), "spec/template/spec"),
}
"""Where the pod's spec stands, by kind."""
_IN_PODS = (
    "volumes/secret/secretName",
    "volumes/projected/sources/secret/name",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
)
_ANNOTATIONS = ("ingress.kubernetes.io", "nginx.ingress.kubernetes.io")
_ELSEWHERE = (
    ("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "Service", "serving.knative.dev"),
    ("spec/tls/secretName", "Ingress", ""),
    *((f"metadata/annotations/{name}\\/auth-secret", "Ingress", "") for name in _ANNOTATIONS),
    ("metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", "Ingress", ""),
    ("imagePullSecrets/name", "ServiceAccount", ""),
    *((f"parameters/{name}", "StorageClass", "") for name in ("secretName", "adminSecretName", "userSecretName")),
    ("parameters/secretRef", "StorageClass", ""),
    ("rules/resourceNames", "Role", ""),
    ("rules/resourceNames", "ClusterRole", ""),
    ("spec/azureFile/secretName", "PersistentVolume", ""),
)
_STORES = (
    ("spec/secretStoreRef/name", "ExternalSecret", _ESO),
    ("spec/data/sourceRef/storeRef/name", "ExternalSecret", _ESO),
    ("spec/dataFrom/sourceRef/storeRef/name", "ExternalSecret", _ESO),
    ("spec/externalSecretSpec/secretStoreRef/name", "ClusterExternalSecret", _ESO),
    ("spec/secretStoreRefs/name", "PushSecret", _ESO),
)


def name_reference_text(more: Iterable[tuple[str, str, str]] = ()) -> str:
    """The whole file. `more` are (path, kind, group) of other places that name a Secret, as `secret_sites` finds them.

    A SecretProviderClass gives its name to the Secret that is synced from it, and to all who name that, if
    `secretObjects[].secretName` is the same as its own name.
    """
    pods = [(f"{spec}/{site}", kind, "") for kind, spec in _PODS.items() for site in _IN_PODS]
    volumes = [(f"{spec}/volumes/csi/volumeAttributes/secretProviderClass", kind, "") for kind, spec in _PODS.items()]
    sites = dict.fromkeys([*pods, *_ELSEWHERE, *more])
    targets = {
        ("ExternalSecret", _ESO): [("spec/target/name", "ExternalSecret", _ESO), *sites],
        ("SecretStore", _ESO): _STORES,
        ("ClusterSecretStore", _ESO): _STORES,
        ("SecretProviderClass", _CSI): [
            *volumes,
            ("spec/secretObjects/secretName", "SecretProviderClass", _CSI),
            *sites,
        ],
    }
    lines = [_FIRST, "nameReference:\n"]
    for (kind, group), specs in targets.items():
        lines.append(f"- kind: {kind}\n  group: {group}\n  fieldSpecs:\n")
        lines += map(_field_spec, specs)
    for field, place in (("commonLabels", "labels"), ("labels", "labels"), ("commonAnnotations", "annotations")):
        lines.append(
            f"{field}:\n- {{path: spec/target/template/metadata/{place}, kind: ExternalSecret, group: {_ESO}}}\n"
        )
    return "".join(lines)


def configuration_file(read: Callable[[str], bytes | None], text: str) -> tuple[str, bool]:
    """(name, whether it has to be written): the file beside the kustomization that holds `text`, or is to hold it.

    `read` takes a name in the kustomization's folder. A file of ours is written anew, one of somebody else's never.
    """
    number = 1
    while True:
        name = FILE_NAME if number == 1 else FILE_NAME.replace(".", f"-{number}.", 1)
        data = read(name)
        if data is None or data.replace(b"\r\n", b"\n") == text.encode():
            return name, data is None
        if data.startswith(_FIRST.rstrip().encode()):
            return name, True
        number += 1


def secret_sites(configuration: bytes, path: str) -> Iterator[tuple[str, str, str]]:
    """(path, kind, group) of each place where a configuration of kustomize says that a Secret is named."""
    for document in read_documents(decode(path, configuration)):
        root = document.root
        references = _items(root, "nameReference") if isinstance(root, Mapping) else ()
        for reference in references:
            if text_of(lookup(reference, "kind")) == "Secret" and not text_of(lookup(reference, "group")):
                for spec in _items(reference, "fieldSpecs"):
                    site, kind, group = (text_of(lookup(spec, field)) for field in ("path", "kind", "group"))
                    if site:
                        yield site, kind, group


def _items(node: Mapping, field: str) -> Iterator[Mapping]:
    value = lookup(node, field)
    target = resolve(value) if value is not None else None
    for item in target.items if isinstance(target, Sequence) else ():
        entry = resolve(item)
        if isinstance(entry, Mapping):
            yield entry


def _field_spec(spec: tuple[str, str, str]) -> str:
    parts = (f"{key}: {word(text)}" for key, text in zip(("path", "kind", "group"), spec, strict=True) if text)
    return f"  - {{{', '.join(parts)}}}\n"
