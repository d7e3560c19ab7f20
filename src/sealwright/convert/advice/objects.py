"""What no cluster takes whatever the values are: names, keys, sizes.

Source: Kubernetes, pkg/apis/core/validation (`ValidateSecret`), apimachinery/pkg/util/validation (`IsConfigMapKey`,
`IsDNS1123Label`, `IsDNS1123Subdomain`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.convert.advice import Advice, Subject

_KEY = Pattern(r"[-._a-zA-Z0-9]+\Z")
_LABEL = Pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z")
_SUBDOMAIN = Pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z")
_LONGEST: Final = 253
_LONGEST_LABEL: Final = 63
_MOST_BYTES: Final = 1024 * 1024
"""All values of a Secret together."""
_APPLIED_BYTES: Final = 256 * 1024
"""What an object's annotations hold at most; `kubectl apply` puts the whole object into one of them."""
_ITEM_BYTES: Final = 750
"""What an item adds to its value under a key of 4096 bits: the RSA block in base64, the key's name."""

KEY_HINT: Final = "use letters, digits, `-`, `_` and `.`, 253 characters at most, and no `..` at the beginning"


def object_advice(subject: Subject) -> Iterator[Advice]:
    """On the names of the object and its keys, and on how large it is."""
    yield from name_advice(subject)
    for key in subject.values:
        reason = key_flaw(key)
        if reason:
            yield subject.advice("key-name", key, f"no Secret may have this key: {reason}", KEY_HINT, certain=True)
    sizes = [len(value.reveal()) for value in subject.values.values()]
    if sum(sizes) > _MOST_BYTES:
        hint = "split it, or keep in it only what is secret"
        yield subject.advice("too-large", "", "its values are larger than 1 MiB together", hint, certain=True)
    elif _sealed_bytes(sizes) > _APPLIED_BYTES:
        message = "sealed, it is larger than the 256 KiB that `kubectl apply` can take"
        hint = "apply it with --server-side (Argo CD: ServerSideApply=true; Flux does so by itself), or split it"
        yield subject.advice("large", "", message, hint)


def key_flaw(key: str) -> str:
    """Why no Secret may have a key; '' if it may. Does not repeat it: what is no key may be a value."""
    if not _KEY.match(key):
        return "it has other characters than letters, digits, `-`, `_` and `.`"
    if len(key) > _LONGEST:
        return "it is longer than 253 characters"
    return "it begins with `..`, or is `.`" if key == "." or key.startswith("..") else ""


def name_advice(subject: Subject) -> Iterator[Advice]:
    """On the object's name and namespace."""
    name, namespace = subject.resource.name, subject.resource.namespace
    if name and (len(name) > _LONGEST or not _SUBDOMAIN.match(name)):
        hint = (
            "use lower-case letters, digits, `-` and `.`, 253 characters at most; begin and end with a letter or digit"
        )
        refused = not _is_filled_in(name)
        yield subject.advice("object-name", "", "no cluster takes the name of this object", hint, certain=refused)
    if namespace and (len(namespace) > _LONGEST_LABEL or not _LABEL.match(namespace)):
        hint = "use lower-case letters, digits and `-`, 63 characters at most; begin and end with a letter or digit"
        refused = not _is_filled_in(namespace)
        yield subject.advice("namespace-name", "", "no cluster takes the name of its namespace", hint, certain=refused)


def _is_filled_in(name: str) -> bool:
    """Whether it is only the pattern of a name: `{{ .Release.Name }}`, `${CLUSTER}-db`."""
    return "{" in name or "$" in name


def _sealed_bytes(sizes: Iterable[int]) -> int:
    return sum(size * 4 // 3 + _ITEM_BYTES for size in sizes)
