"""What the type of a Secret promises, and whether its values keep it.

Source: Kubernetes, pkg/apis/core/types.go (`SecretType`), pkg/apis/core/validation (`ValidateSecret`), for what is
refused; what is taken and does not work is said as well, but is not `certain`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sealwright.convert.advice import Advice, Subject
    from sealwright.plaintext import Plaintext

_DOCKER = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    **{kind: (key,) for kind, key in _DOCKER.items()},
}
_BASIC = "kubernetes.io/basic-auth"
_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type
_ACCOUNT = "kubernetes.io/service-account.name"
_PATCH = "sealedsecrets.bitnami.com/patch"
_BOOTSTRAP = "bootstrap.kubernetes.io/token"
_BOOTSTRAP_KEYS = ("token-id", "token-secret")
_TOKEN_ID = Pattern(r"[a-z0-9]{6}\Z")
_TOKEN_SECRET = Pattern(r"[a-z0-9]{16}\Z")


def type_advice(subject: Subject) -> Iterator[Advice]:
    """On keys that the type asks for, and on what stands under them."""
    if subject.whole:
        yield from missing_keys(subject, subject.values.keys())
    values, kind = subject.values, subject.kind
    if kind in _DOCKER and values.get(_DOCKER[kind]):
        yield from _docker(subject, _DOCKER[kind])
    if kind == _BOOTSTRAP:
        yield from _bootstrap(subject)
    if values.get("tls.crt") and values.get("tls.key"):
        yield from _tls(subject, values)


def missing_keys(subject: Subject, present: Collection[str]) -> Iterator[Advice]:
    """On keys and annotations without which the API server refuses a Secret of this type."""
    kind = subject.kind
    alone = subject.annotations.get(_PATCH) != "true"  # what is patched in may be a part of what there is
    for key in _REQUIRED.get(kind, ()):
        if key not in present:
            hint = f"add it, or give the Secret another type than {kind}"
            yield subject.advice("missing-key", "", f"a Secret of its type needs the key `{key}`", hint, certain=alone)
    if kind == _BASIC and not {"username", "password"} & set(present):
        hint = f"add one of them, or give the Secret another type than {kind}"
        message = "a Secret of its type needs the key `username` or `password`"
        yield subject.advice("missing-key", "", message, hint, certain=alone)
    if kind == _ACCOUNT_TOKEN and not subject.annotations.get(_ACCOUNT):
        message = f"a Secret of its type needs the annotation `{_ACCOUNT}`"
        yield subject.advice("missing-key", "", message, "name the service account in it", certain=True)
    if kind == _BOOTSTRAP:
        for key in _BOOTSTRAP_KEYS:
            if key not in present:
                message = f"without the key `{key}` no node can join with this token"
                yield subject.advice("missing-key", "", message, "add it")


def _docker(subject: Subject, key: str) -> Iterator[Advice]:
    value = subject.values[key].reveal()
    try:
        content = json.loads(value)
    except (ValueError, RecursionError):
        content = False
    if not isinstance(content, dict):
        hint = "make it with `kubectl create secret docker-registry --dry-run=client -o yaml`"
        refused = content is not None  # Go takes `null` for an empty object
        yield subject.advice("docker-config", key, f"`{key}` is not a JSON object", hint, certain=refused)
        return
    servers = content.get("auths") if key == ".dockerconfigjson" else content
    if not isinstance(servers, dict) or not servers:
        what = "has no `auths`" if key == ".dockerconfigjson" else "names no registry"
        hint = "a file that uses a credential helper (`credsStore`) holds no credentials; log in without one"
        yield subject.advice("docker-config", key, f"`{key}` {what}, so that no image can be pulled with it", hint)


def _bootstrap(subject: Subject) -> Iterator[Advice]:
    for key, form, what in (("token-id", _TOKEN_ID, "6"), ("token-secret", _TOKEN_SECRET, "16")):
        value = subject.values.get(key)
        if value is not None and not form.match(value.reveal().decode("ascii", "replace")):
            message = f"`{key}` is not {what} lower-case letters and digits, so that no node can join with it"
            yield subject.advice("bootstrap-token", key, message, "make one with `kubeadm token generate`")


def _tls(subject: Subject, values: Mapping[str, Plaintext]) -> Iterator[Advice]:
    from sealwright.sealing.tls_pair import PairFlaw, examine_pair

    flaw = examine_pair(values["tls.crt"], values["tls.key"])
    if flaw is PairFlaw.NONE:
        return
    key = "tls.key" if flaw in {PairFlaw.KEY_UNREADABLE, PairFlaw.KEY_ENCRYPTED} else "tls.crt"
    yield subject.advice("tls-pair", key, *_TLS_WORDS[flaw.value])


_TLS_WORDS = {
    "certificate-unreadable": ("`tls.crt` holds no certificate in PEM that can be read", "put the PEM file there"),
    "key-unreadable": ("`tls.key` holds no private key in PEM that can be read", "put the PEM file there"),
    "key-encrypted": (
        "`tls.key` is encrypted with a passphrase, which no program on the cluster has",
        "decrypt it first",
    ),
    "mismatch": (
        "the certificate in `tls.crt` does not belong to the key in `tls.key`",
        "take both from the same order; the server's own certificate comes first in `tls.crt`",
    ),
    "expired": ("the certificate in `tls.crt` has expired", "renew it"),
}
