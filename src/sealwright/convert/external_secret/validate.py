"""Whether an API server and the External Secrets Operator would take an object, without asking either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sealwright.convert.external_secret.options import API_VERSION
from sealwright.convert.external_secret.schema import METADATA, OBJECTS
from sealwright.convert.external_secret.shapes import Flaw, compare
from sealwright.convert.external_secret.webhook import external_secret_flaws, store_flaws
from sealwright.convert.yaml_text import json_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.manifest.scalars import Plain

KINDS = tuple(OBJECTS)
"""What can be checked here."""


def flaws(plain: Mapping[str, Plain]) -> Iterator[Flaw]:
    """What is wrong with an ExternalSecret, a SecretStore or a ClusterSecretStore; nothing for other kinds.

    Wrong types and unknown fields come first; the rules of the webhook are looked at where there are none.
    """
    kind = plain.get("kind")
    if kind not in KINDS:
        return
    content = cast("dict[str, Any]", json_value(dict(plain)))
    found = [*_version(content), *compare(content, OBJECTS[str(kind)], ""), *_metadata(str(kind), content)]
    yield from found
    if found:
        return
    spec = content["spec"]
    if kind == "ExternalSecret":
        yield from external_secret_flaws(_without_null(spec))
    else:
        yield from store_flaws(str(kind), content["metadata"], _without_null(spec))


def _version(content: dict[str, Any]) -> Iterator[Flaw]:
    if isinstance(content.get("apiVersion"), str) and content["apiVersion"] != API_VERSION:
        yield Flaw("apiVersion", f"is not {API_VERSION}, the only one that is served")


def _metadata(kind: str, content: dict[str, Any]) -> Iterator[Flaw]:
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return
    known = {name: value for name, value in metadata.items() if name in METADATA.fields}
    yield from compare(known, METADATA, "metadata")
    if known.get("name") is None and known.get("generateName") is None:
        yield Flaw("metadata.name", "is missing")
    if kind == "ClusterSecretStore" and known.get("namespace") is not None:
        yield Flaw("metadata.namespace", "is there, but the object belongs to no namespace")


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value
