"""`remoteRef.property`: how each provider of the External Secrets Operator finds one value in an object.

Every provider hands the property to gjson, and each prepares it in another way. Only the part of gjson's language that
a Secret's keys can be spelled in is read here; whoever uses more of it is told so.
Sources: the operator's providers/v1 (aws `escapeDotsIfRequired`, gcp `getDataByProperty`, azure `getProperty`, vault
`getSecretValue`, fake `GetSecret`) at v2.9.0; gjson v1.18.0 (SYNTAX.md, `Result.String`), which that version pins.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext

if TYPE_CHECKING:
    from collections.abc import Callable

GCP = "gcp-secret-manager"
AZURE = "azure-key-vault"
FAKE = "fake"

_Value: TypeAlias = "str | _Number | bool | dict[str, _Value] | list[_Value] | None"
_UNKNOWN = Pattern(r"[^-._a-zA-Z0-9\\]")
_PART = Pattern(r"(?:[^.\\]|\\.)*")
_INTEGER = Pattern(r"-?[0-9]+\Z")


class NotThere(Exception):  # noqa: N818 - a signal to the caller, who knows the object's name
    """The property leads to nothing, or to what is no text; the message says which, without any value."""


class _Number(str):
    """A number as it is spelled in JSON."""

    __slots__ = ()


def spelled(backend: str, key: str) -> str:
    """The property that finds `key`, a Secret's key, in a flat object, whatever else stands beside it.

    The others try the key as it is; Google's provider does so only for a dot that is not the first character.
    """
    return key.replace(".", "\\.") if backend in {GCP, FAKE} else key


def select(backend: str, body: Plaintext, wanted: str) -> Plaintext:
    """The value under the property `wanted`, as the operator's provider finds it. Raises NotThere."""
    content = _parsed(body)
    if _UNKNOWN.search(wanted) or wanted.endswith("\\"):
        raise NotThere("a property with more than letters, digits, `-`, `_`, `.` and `\\` is not understood here")
    for path in _LANGUAGES.get(backend, _literal_first)(wanted):
        found = _at(content, path)
        if found is not None:
            return _text(found[0])
    raise NotThere("there is nothing under that property")


def _literal_first(wanted: str) -> list[list[str]]:
    """AWS: with every dot escaped, then as it is."""
    return [_path(wanted.replace(".", "\\.")), _path(wanted)]


def _gcp(wanted: str) -> list[list[str]]:
    """Like AWS, but not where the first dot stands first: `idx > 0` in the provider."""
    return _literal_first(wanted) if wanted.find(".") > 0 else [_path(wanted)]


def _azure(wanted: str) -> list[list[str]]:
    """The path comes first, so that `a.b` finds {"a": {"b": ...}} before {"a.b": ...}."""
    return list(reversed(_literal_first(wanted)))


def _vault(wanted: str) -> list[list[str]]:
    """The very key of the map, then the path."""
    return [[wanted], _path(wanted)]


def _fake(wanted: str) -> list[list[str]]:
    return [_path(wanted)]


_LANGUAGES: dict[str, Callable[[str], list[list[str]]]] = {GCP: _gcp, AZURE: _azure, "vault": _vault, FAKE: _fake}


def _path(wanted: str) -> list[str]:
    """A path of gjson as keys: dots separate, and a backslash makes the next character an ordinary one."""
    parts, offset = [], 0
    while True:
        match = _PART.match(wanted, offset)
        end = match.end() if match else offset
        part = wanted[offset:end]
        parts.append("".join(_unescaped(part)))
        if end >= len(wanted):
            return parts
        offset = end + 1


def _unescaped(part: str) -> list[str]:
    letters, escaped = [], False
    for letter in part:
        if letter == "\\" and not escaped:
            escaped = True
        else:
            letters.append(letter)
            escaped = False
    return letters


def _at(content: _Value, path: list[str]) -> tuple[_Value] | None:
    """What stands at the end of a path, in a tuple of one; None where it ends before that."""
    for part in path:
        if isinstance(content, dict):
            if part not in content:
                return None
            content = content[part]
        elif isinstance(content, list):
            if not part.isdigit() or int(part) >= len(content):
                return None
            content = content[int(part)]
        else:
            return None
    return (content,)


def _text(value: _Value) -> Plaintext:
    """What gjson gives for a value as text; null is empty."""
    if isinstance(value, dict | list):
        raise NotThere("under that property stands no text, but an object or a list")
    if value is None:
        return Plaintext(b"")
    if isinstance(value, bool):
        return Plaintext(b"true" if value else b"false")
    if isinstance(value, _Number):
        return Plaintext(_number(value).encode())
    # Half of a surrogate pair is the replacement character to Go.
    return Plaintext(value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode())


def _number(value: _Number) -> str:
    """Whole numbers as they are spelled, others in Go's `%f` with as many digits as they need."""
    if _INTEGER.match(value):
        return str(value)
    from decimal import Decimal

    shortest = format(Decimal(repr(float(value))), "f")
    return shortest.rstrip("0").rstrip(".") if "." in shortest else shortest


def _parsed(body: Plaintext) -> _Value:
    """The JSON of an object; of a key that stands there twice the first counts, as gjson does not look further."""
    try:
        content: _Value = json.loads(
            body.reveal().decode("utf-8"),
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
            object_pairs_hook=lambda pairs: dict(reversed(pairs)),
        )
    except (ValueError, RecursionError):
        content = None
    if content is None:
        raise NotThere("it holds no JSON, in which a property could be looked for")
    return content


def _refuse(constant: str) -> None:
    raise ValueError(constant)
