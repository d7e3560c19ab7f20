"""The content of `.sealwright.yaml`, checked: from YAML nodes to the values of a shape, or an error with its place."""

from __future__ import annotations

from typing import Any

from sealwright.config import ConvertRule, StampRules
from sealwright.config.nodes import compose
from sealwright.config.policy import PolicyReader
from sealwright.patterns import Pattern

_FINGERPRINT = Pattern(r"sha256:[0-9a-f]{64}\Z")
_PUBLIC_KEY = Pattern(r"ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z")
_ADDRESS = Pattern(r"https?://[^@\s]+\Z")


def read_content(data: bytes, path: str) -> dict[str, Any] | None:
    """The sections of the file as values; None for an empty file. Raises ConfigurationError with place and hint."""
    root = compose(data, path)
    return None if root is None else dict(_Reader(path, _SHAPE).read(root, _SHAPE, ""))


class _Reader(PolicyReader):
    """The sections that are read here, and those of policy."""

    def fingerprint(self, node: Any, where: str) -> str:
        """The pin of a cluster's key."""
        text = self.string(node, where)
        if not _FINGERPRINT.match(text):
            hint = "`sealwright seal` prints a certificate's fingerprint when it refuses one"
            raise self._error(node, f"{where} is not `sha256:` and 64 lower-case hexadecimal digits", hint)
        return text

    def fingerprints(self, node: Any, where: str) -> tuple[str, ...]:
        """The pins of keys that a cluster had before."""
        items = self._items(node, where)
        return tuple(self.fingerprint(self._counted(item), f"{where}[{index}]") for index, item in enumerate(items))

    def public_key(self, node: Any, where: str) -> str:
        """Who is believed about stamps."""
        text = self.string(node, where)
        if not _PUBLIC_KEY.match(text):
            hint = "sealing with --stamp-key says the key's public half, in the form that belongs here"
            raise self._error(node, f"{where} is not `ed25519:` and 44 characters of base64", hint)
        return text

    def stamps(self, node: Any, where: str) -> StampRules:
        """Which stamps are kept and believed: where keys are trusted, what they signed, unless it says otherwise."""
        keys = self.read(node, {"keep": "boolean", "trusted": ["public_key"], "required": "boolean"}, where)
        trusted = tuple(keys.get("trusted", ()))
        if not trusted and ("trusted" in keys or "required" in keys):
            raise self._error(node, f"{where}.trusted names no key, so that nothing could be proved", "name one")
        return StampRules(keys.get("keep", True), trusted, keys.get("required", bool(trusted)))

    def store(self, node: Any, where: str) -> dict[str, Any]:
        """Where values live."""
        keys: dict[str, Any] = self.read(node, _STORE, where)
        if "backend" not in keys:
            raise self._error(node, f"{where} has no `backend`", f"one of {', '.join(BACKENDS)}")
        return keys

    def conversion(self, node: Any, where: str) -> ConvertRule:
        """What becomes of plaintext under some paths."""
        keys = self.read(node, _CONVERSION, where)
        for name in ("paths", "to"):
            if name not in keys:
                raise self._error(node, f"{where} has no `{name}`", "a conversion has paths and `to`")
        return ConvertRule(**keys)

    def backend(self, node: Any, where: str) -> str:
        """What kind of store it is."""
        return self._one_of(node, where, BACKENDS)

    def store_kind(self, node: Any, where: str) -> str:
        """The kind of object that ExternalSecrets point at."""
        return self._one_of(node, where, _STORE_KINDS)

    def form(self, node: Any, where: str) -> str:
        """What a Secret becomes."""
        return self._one_of(node, where, FORMS)

    def scope(self, node: Any, where: str) -> str:
        """The scope of SealedSecrets."""
        return self._one_of(node, where, _SCOPES)

    def controller(self, node: Any, where: str) -> Any:
        """An address, or how to find the controller through a cluster's API."""
        if self._kind(node) != "str":
            return self.read(node, _CONTROLLER, where)
        if not _ADDRESS.match(node.value):
            hint = "write https://HOST, without user name and password, or a mapping with kubeconfig and context"
            raise self._error(node, f"{where} is not an address", hint)
        return node.value


_CONTROLLER = dict.fromkeys(("kubeconfig", "context", "namespace", "name"), "string")
_STORE = dict.fromkeys(
    (
        *("key", "region", "endpoint", "profile", "prefix", "kms-key", "path", "address", "mount"),
        *("namespace", "project", "location", "vault"),
    ),
    "string",
) | {"backend": "backend", "ref": {"kind": "store_kind", "name": "string"}}
_CONVERSION = {"paths": "strings", "to": "form", "store": "string", "scope": "scope"}
BACKENDS = (*("local", "aws-secrets-manager", "aws-parameter-store", "vault", "gcp-secret-manager", "azure-key-vault"),)
FORMS = ("sealed-secret", "external-secret", "secret-provider-class")
_STORE_KINDS = ("SecretStore", "ClusterSecretStore")
_SCOPES = ("strict", "namespace-wide", "cluster-wide")

_SHAPE: dict[str, Any] = {
    "clusters": {
        "*": {
            "paths": "strings",
            "certificate": "string",
            "fingerprint": "fingerprint",
            "controller": "controller",
            "previous-fingerprints": "fingerprints",
        },
    },
    "scan": {"skip-files": "strings", "max-bytes": "number", "overrides": ["override"]},
    "stores": {"*": "store"},
    "convert": ["conversion"],
    "policy": "policy",
    "waivers": ["waiver"],
    "stamps": "stamps",
}
"""Sections of the file: dicts and lists of shapes, whose leaves name methods of _Reader."""
