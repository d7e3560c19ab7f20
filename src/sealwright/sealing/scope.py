"""Scope: which namespace and name a sealed value is bound to, and the OAEP label that binds it.

Source: upstream pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go (`EncryptionLabel`, `SecretScope`).
The label is the only binding there is: item names, metadata and template are not authenticated.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sealwright.errors import SealingError

if TYPE_CHECKING:
    from collections.abc import Mapping

ANNOTATION_NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
ANNOTATION_CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"


class Scope(Enum):
    """How far a sealed value may be moved. The values are the words of `kubeseal --scope`."""

    STRICT = "strict"
    """Bound to one namespace and one name."""
    NAMESPACE_WIDE = "namespace-wide"
    """Bound to one namespace; may be renamed in it."""
    CLUSTER_WIDE = "cluster-wide"
    """Bound to nothing but the key."""


def scope_of(annotations: Mapping[str, str]) -> Scope:
    """The scope that an object's own annotations ask for (`metadata.annotations`, not the template's).

    Only the exact string "true" counts: "True", "1" and a YAML boolean mean strict, as for the controller.
    With both annotations, cluster-wide wins.
    """
    if annotations.get(ANNOTATION_CLUSTER_WIDE) == "true":
        return Scope.CLUSTER_WIDE
    if annotations.get(ANNOTATION_NAMESPACE_WIDE) == "true":
        return Scope.NAMESPACE_WIDE
    return Scope.STRICT


def annotations_for(scope: Scope) -> dict[str, str]:
    """The annotations that a SealedSecret of this scope must carry in `metadata`; none for strict."""
    if scope is Scope.CLUSTER_WIDE:
        return {ANNOTATION_CLUSTER_WIDE: "true"}
    if scope is Scope.NAMESPACE_WIDE:
        return {ANNOTATION_NAMESPACE_WIDE: "true"}
    return {}


def label(scope: Scope, namespace: str, name: str) -> bytes:
    """The OAEP label to seal with: UTF-8, without a terminator; empty for cluster-wide.

    Raises SealingError when the scope needs a namespace or name that is empty, holds a `/` or is not valid
    Unicode. Both rules keep scopes apart: an empty namespace would turn namespace-wide into cluster-wide,
    and a `/` in a namespace would let a namespace-wide label equal a strict one.
    """
    if scope is not Scope.CLUSTER_WIDE:
        _check("namespace", namespace, scope)
    if scope is Scope.STRICT:
        _check("name", name, scope)
    return label_as_read(scope, namespace, name)


def label_as_read(scope: Scope, namespace: str, name: str) -> bytes:
    """The OAEP label that the controller would open with; "" stands for a missing namespace or name.

    Never raises and checks nothing, as the controller: strict without a namespace gives `/name`. Half of a
    surrogate pair becomes U+FFFD, as Go's JSON decoder makes it.
    """
    if scope is Scope.CLUSTER_WIDE:
        return b""
    text = namespace if scope is Scope.NAMESPACE_WIDE else f"{namespace}/{name}"
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _check(what: str, text: str, scope: Scope) -> None:
    """Refuse a namespace or name that would make the label ambiguous or impossible to meet on a cluster."""
    if not text:
        raise SealingError(
            f"no {what} is given, and {scope.value} sealing binds the value to it",
            hint=f"Set metadata.{what} in the manifest, or choose a wider scope on purpose.",
        )
    if "/" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise SealingError(
            f"the {what} {text!a} cannot be a Kubernetes {what}",
            hint=f"Use a {what} of lower-case letters, digits, '-' and '.': a '/' would make the binding ambiguous.",
        )


def label_in_words(scope: Scope, namespace: str, name: str) -> str:
    """`shop/db (strict)`, `shop (namespace-wide)` or `cluster-wide`; what the manifest does not give is named."""
    if scope is Scope.CLUSTER_WIDE:
        return str(scope.value)
    if not namespace:
        named = f"{name} in no namespace" if scope is Scope.STRICT else "no namespace"
        return f"{named} ({scope.value})"
    return f"{namespace}/{name} ({scope.value})" if scope is Scope.STRICT else f"{namespace} ({scope.value})"
