"""Charts that are in the repository themselves: what their own values and templates say about existing Secrets.

A chart takes a credential from a Secret where its values have an `existingSecret` beside it, its templates read that,
and it is clear which key they ask for: a field of the values names it, or the templates do, all in the same way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.helm.charts import Chart, Field, Unsure, text_at
from sealwright.manifest.nodes import Mapping, Scalar, entries, resolve
from sealwright.manifest.scalars import kind_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EXISTING = ("existingSecret", "existingSecretName")
_CREDENTIAL = Pattern(r"(?i)(?:password|passwd|token|secretkey|apikey|api_key|access_?key|client_?secret)\Z")
_KEY = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_DEEPEST = 6


class LocalChart(NamedTuple):
    """A chart of the repository: the values that it has by itself, and how it takes Secrets."""

    defaults: Mapping
    charts: tuple[Chart, ...]


def local_chart(name: str, defaults: Mapping, templates: str) -> LocalChart:
    """What the chart's `values.yaml` and the texts of all of its templates say."""
    return LocalChart(defaults, tuple(_found(name, defaults, templates, (), 0)))


def _found(name: str, holder: Mapping, templates: str, way: tuple[str, ...], depth: int) -> Iterator[Chart]:
    fields = {field: resolve(value) for field, _, value in entries(holder)}
    existing = next((field for field in _EXISTING if isinstance(fields.get(field), Scalar)), "")
    path = ".".join((*way, existing))
    if existing and re.search(rf"\.Values\.{re.escape(path)}(?![\w.])", templates):
        credentials = [field for field in fields if _is_credential(field, fields[field])]
        found = _fields(holder, way, credentials, templates, _literal_keys(templates, path))
        suffix = way[-1].lower() if way and way[-1].isalnum() else "auth"
        if found:
            yield Chart(name, (), way, (existing,), found, _needed(found, path), suffix)
    for field, value in fields.items():
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _found(name, value, templates, (*way, field), depth + 1)


def _is_credential(field: str, node: object) -> bool:
    """Whether it is a text, or a place for one, under a name that promises a credential."""
    if field in _EXISTING or field.startswith("existingSecret") or not isinstance(node, Scalar):
        return False
    return _CREDENTIAL.search(field) is not None and kind_of(node) != "boolean"


def _fields(
    holder: Mapping, way: tuple[str, ...], credentials: list[str], templates: str, literal: set[str]
) -> tuple[Field, ...]:
    """The credentials with their keys; '' for the key of one of which nothing says it."""
    fields = []
    for field in credentials:
        renamed = _renamed_by(holder, way, field, templates, alone=len(credentials) == 1)
        key = text_at(holder, *renamed) if renamed else ""
        if not key and len(credentials) == 1 and len(literal) == 1:
            key = next(iter(literal))
        fields.append(Field(field, key if _KEY.match(key) else "", renamed))
    return tuple(fields)


def _needed(fields: tuple[Field, ...], path: str) -> Callable[[Mapping], frozenset[str]]:
    unclear = next((field.name for field in fields if not field.key), "")

    def needed(values: Mapping) -> frozenset[str]:  # noqa: ARG001 - as every chart's
        if unclear:
            raise Unsure(f"`{path}` could name a Secret, but nothing says in which key the chart looks for `{unclear}`")
        return frozenset(field.name for field in fields)

    return needed


def _renamed_by(holder: Mapping, way: tuple[str, ...], field: str, templates: str, *, alone: bool) -> tuple[str, ...]:
    """The field that names the key of a credential, where there is one that the templates read."""
    capital = field[:1].upper() + field[1:]
    ways = [(f"existingSecret{capital}Key",), (f"{field}Key",), (f"{field}SecretKey",), ("secretKeys", f"{field}Key")]
    ways += [("existingSecretKey",), ("existingSecretSecretKey",)] if alone else []
    for one in ways:
        if text_at(holder, *one) and re.search(rf"\.Values\.{re.escape('.'.join((*way, *one)))}(?![\w.])", templates):
            return one
    return ()


def _literal_keys(templates: str, path: str) -> set[str]:
    """The keys that stand beside the Secret's name in a reference of a pod, one line below or above it."""
    named = rf"name:[^\n]*\.Values\.{re.escape(path)}(?![\w.])[^\n]*"
    key = r"key:[ \t]*[\"']?([-._a-zA-Z0-9]+)[\"']?[ \t]*"
    pattern = rf"secretKeyRef:[^\n]*\n[ \t]*(?:{named}\n[ \t]*{key}|{key}\n[ \t]*{named})(?:\n|\Z)"
    return {first or second for first, second in re.findall(pattern, templates)}
