"""What the values of a Secret are called in a store, and the labels that say whose they are.

A name is filled in from the store's `key` in the configuration, or from what is usual for its kind. Not every kind can
tell all names apart (no dots in one, no capitals in another): the labels can, and `putting` refuses what is another's.
Sources: the naming rules of each service, see the modules of the stores; Kubernetes' rules for names and keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ConfigurationError, ConvertError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright import config

MANAGED_BY = "managed-by"
MANAGER = "sealwright"
"""Never the operator's own: it would take the object for one that it may delete."""

CLUSTER, NAMESPACE, NAME, KEY = "k8s-cluster", "k8s-namespace", "k8s-name", "k8s-key"
WHOSE = (CLUSTER, NAMESPACE, NAME, KEY)
"""The labels that name the Kubernetes object; one that is empty is left out."""

_TEMPLATES = {
    "aws-parameter-store": "/{cluster}/{namespace}/{name}/{key}",
    "gcp-secret-manager": "{cluster}_{namespace}_{name}",
    "azure-key-vault": "{cluster}--{namespace}--{name}",
}
_USUAL = "{cluster}/{namespace}/{name}"
_BEFORE_KEY = {"gcp-secret-manager": "_", "azure-key-vault": "--"}
_FIELD = Pattern(r"\{([^{}]*)\}")
_SEPARATOR = Pattern(r"/|-+|_+|\.+")
_SEPARATOR_AT_END = Pattern(r"(?:/|-+|_+|\.+)\Z")
_PART = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_NO_AZURE = Pattern(r"[^a-z0-9-]")
_LIKE_ARN = Pattern(r".*-[^/]{6}\Z")


class SecretName(NamedTuple):
    """Which Secret, in which cluster. `cluster` and `namespace` may be ''."""

    cluster: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def remote_name(store: config.Store, secret: SecretName, key: str = "") -> str:
    """The whole name of the object for a Secret's bundle, or for one `key` of it that is stored by itself.

    Raises ConfigurationError for a template that cannot be filled in, ConvertError for a name that is none.
    """
    template = store.key or _TEMPLATES.get(store.backend, _USUAL)
    if key and "{key}" not in template:
        template += _BEFORE_KEY.get(store.backend, "/") + "{key}"
    values = {"cluster": secret.cluster, "namespace": secret.namespace, "name": secret.name, "key": key}
    for field, value in values.items():
        _check(store, field, value)
    name = store.prefix + _filled(store, template, {k: _spelled(store.backend, v) for k, v in values.items()})
    if store.backend == "aws-secrets-manager" and _LIKE_ARN.match(name):
        return f"{name}_"  # the service ends its own identifiers in that way; Kubernetes names have no underscore
    return name


def labels(secret: SecretName, key: str = "") -> dict[str, str]:
    """What says that an object was put there by this program, for which Secret and which of its keys."""
    named = zip(WHOSE, (*secret, key), strict=True)
    return {MANAGED_BY: MANAGER} | {label: value for label, value in named if value}


def secret_of(given: Mapping[str, str]) -> SecretName | None:
    """The Secret that an object's labels name, None where they name none."""
    if not given.get(NAME):
        return None
    return SecretName(given.get(CLUSTER, ""), given.get(NAMESPACE, ""), given[NAME])


def _filled(store: config.Store, template: str, values: Mapping[str, str]) -> str:
    """The template with its fields filled in; an empty one takes the separator beside it along."""
    pieces = _FIELD.compiled.split(template)
    name = pieces[0]
    _check_literal(store, name)
    for field, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        _check_literal(store, literal)
        if field not in values:
            raise _bad_template(store)
        rest = literal
        if not values[field]:
            stands_alone = not name or _SEPARATOR_AT_END.search(name)
            separator = _SEPARATOR.match(literal)
            if stands_alone and separator:
                rest = literal[separator.end() :]
            elif stands_alone and not literal:
                name = _SEPARATOR_AT_END.sub("", name)
        name += values[field] + rest
    return name


def _spelled(backend: str, value: str) -> str:
    """A value in the letters that the kind of store has."""
    if backend == "gcp-secret-manager":
        return value.replace(".", "__")
    if backend == "azure-key-vault":
        return _NO_AZURE.sub("-", value.lower())
    return value


def _check(store: config.Store, field: str, value: str) -> None:
    """A name with a slash or dots of its own would lead elsewhere than it seems."""
    if value and (not _PART.match(value) or value in {".", ".."}):
        what = {"cluster": "the cluster's name", "key": "a key"}.get(field, f"the Secret's {field}")
        hint = "only letters, digits, `.`, `-` and `_` can be part of a remote name"
        raise ConvertError(f"{what} cannot be part of a name in store {store.name}", hint=hint)


def _check_literal(store: config.Store, literal: str) -> None:
    if "{" in literal or "}" in literal:
        raise _bad_template(store)


def _bad_template(store: config.Store) -> ConfigurationError:
    hint = "it can have {cluster}, {namespace}, {name} and {key}"
    return ConfigurationError(f"stores.{store.name}.key has something else in braces than is known", hint=hint)
