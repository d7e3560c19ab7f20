"""Kubernetes' named formats; `validate` says what is wrong with a string, never what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.functions.urls import is_url
from sealwright.policy.cel.values import NONE, Format, Optional

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL = Pattern(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LABEL_1035 = Pattern(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
_NAME = Pattern(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_UUID = Pattern(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_BASE64 = Pattern(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_DATE = Pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = Pattern(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:z|[+-]([0-9]{2}):([0-9]{2}))")
_LONGEST_LABEL, _LONGEST_SUBDOMAIN = 63, 253


def _dns_label(text: str) -> list[str]:
    return _length(text, _LONGEST_LABEL) + _pattern(
        _LABEL.fullmatch(text), "lower case letters, digits and '-', beginning and ending with a letter or digit"
    )


def _dns_1035_label(text: str) -> list[str]:
    return _length(text, _LONGEST_LABEL) + _pattern(
        _LABEL_1035.fullmatch(text),
        "lower case letters, digits and '-', beginning with a letter and ending with a letter or digit",
    )


def _dns_subdomain(text: str) -> list[str]:
    return _length(text, _LONGEST_SUBDOMAIN) + _pattern(
        all(_LABEL.fullmatch(part) for part in text.split(".")),
        "parts of lower case letters, digits and '-' with dots between, beginning and ending with a letter or digit",
    )


def _label_value(text: str) -> list[str]:
    return _length(text, _LONGEST_LABEL) + _pattern(
        not text or _NAME.fullmatch(text),
        "letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
    )


def _qualified_name(text: str) -> list[str]:
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return ["must be a name, or a prefix and a name with one '/' between them"]
    problems = [f"prefix part {problem}" for problem in _dns_subdomain(prefix)] if slash else []
    return problems + [f"name part {problem}" for problem in (_label_value(name) if name else ["must not be empty"])]


def _prefix_of(validate: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """What is only the beginning of a name may end with a hyphen."""
    return lambda text: validate(f"{text[:-2]}a" if len(text) > 1 and text.endswith("-") else text)


def _length(text: str, longest: int) -> list[str]:
    return [f"must be no more than {longest} bytes"] if len(text.encode(errors="replace")) > longest else []


def _pattern(matched: object, wanted: str) -> list[str]:
    return [] if matched else [f"must consist of {wanted}"]


def _uri(text: str) -> list[str]:
    return [] if is_url(text) else ["is not an absolute URI"]


def _uuid(text: str) -> list[str]:
    return [] if _UUID.fullmatch(text) else ["does not match the UUID format"]


def _byte(text: str) -> list[str]:
    return [] if _BASE64.fullmatch(text) else ["invalid base64"]


def _date(text: str) -> list[str]:
    return [] if _is_date(text) else ["invalid date"]


def _is_date(text: str) -> bool:
    from datetime import date

    parts = _DATE.fullmatch(text)
    try:
        return parts is not None and bool(date(int(parts[1]), int(parts[2]), int(parts[3])))
    except ValueError:
        return False


def _datetime(text: str) -> list[str]:
    day, _, rest = text.lower().partition("t")
    time = _TIME.fullmatch(rest)
    limits = (23, 59, 59, 23, 59)
    in_range = time is not None and all(
        int(part or 0) <= limit for part, limit in zip(time.groups(), limits, strict=True)
    )
    return [] if in_range and _is_date(day) else ["invalid datetime"]


_FORMATS: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": _dns_label,
    "dns1123Subdomain": _dns_subdomain,
    "dns1035Label": _dns_1035_label,
    "qualifiedName": _qualified_name,
    "dns1123LabelPrefix": _prefix_of(_dns_label),
    "dns1123SubdomainPrefix": _prefix_of(_dns_subdomain),
    "dns1035LabelPrefix": _prefix_of(_dns_1035_label),
    "labelValue": _label_value,
    "uri": _uri,
    "uuid": _uuid,
    "byte": _byte,
    "date": _date,
    "datetime": _datetime,
}


def _validate(form: Format, text: str) -> Optional:
    problems = _FORMATS[form.name](text)
    return Optional(present=True, value=problems) if problems else NONE


def _named(name: str) -> Optional:
    return Optional(present=True, value=Format(name)) if name in _FORMATS else NONE


def _constant(name: str) -> Callable[[], Format]:
    return lambda: Format(name)


FUNCTIONS = (
    *define(_validate, "format validate(string): optional(list(string))", since=31),
    *define(_named, "format.named(string): optional(format)", since=31),
    *(row for name in _FORMATS for row in define(_constant(name), f"format.{name}(): format", since=31)),
)
