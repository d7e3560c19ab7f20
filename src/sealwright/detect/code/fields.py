"""Where code gives a Secret its values: which names mean a Secret's fields, and which brackets build one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.code.tokens import Kind
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.code.tokens import Code, Token

_STRING_DATA = frozenset(
    {"stringData", "string_data", "StringData", "stringdata", "withStringData", "WithStringData", "addToStringData"}
    | {
        "addStringData",
        "AddStringData",
        "putStringDataItem",
        "withStringDataMixin",
        "setStringData",
        "with_string_data",
    }
    | {"add_string_data"}
)
"""Only Secrets have this field."""
_DATA = frozenset(
    {"data", "Data", "data_", "binary_data", "binaryData", "BinaryData", "withData", "WithData", "withDataMixin"}
    | {"addToData", "putDataItem", "setData", "with_data", "data_wo", "binary_data_wo"}
)
"""Other objects have it as well: what stands around it must build a Secret."""
_CHARTS = frozenset({"values", "Values", "valuesObject"})
_BUILDER = Pattern(
    r"(?:(?:Kube|V1|Core|CoreV1|K8s|Kubernetes)?Secret(?:V1|V1Data|Args|Patch|PatchArgs|Resource|Props|Builder|Fluent)?"
    r"|NewSecret|NewKubeSecret|NewSecretPatch|new_secret|secretApply)\Z"
)
_CHART_BUILDER = Pattern(
    r"(?:(?:Helm|HelmV3|V3)?(?:Chart|Release)(?:Opts|Args|Props)?|Helm|addHelmChart|add_helm_chart)\Z"
)
_RESOURCE = "kubernetes_secret"
SIGNS = frozenset({":", "=", "=>", ":=", "::", ":::", "+:", "+::", "->"})
"""What stands between a key and its value."""
_OF_TEXT = ("secret_from_dict",)
_CONSTRUCTORS = ("secret.new", "Secret.new", "secret.fromLiterals", *_OF_TEXT)
"""Ends of the names of functions that make a Secret of their arguments; some take text that is not encoded."""
_LEVELS = 3


class Field(NamedTuple):
    """`value` is the index of the first token of what the field is given. `chart`: values of a Helm chart.

    `called`: a function is given the values, which has no field's name.
    """

    encoded: bool
    value: int
    chart: bool = False
    called: bool = False


def fields(code: Code) -> Iterator[Field]:
    """Every field of a Secret (or of a chart) that is given something, in order."""
    secrets = _said(code)
    for index, token in enumerate(code.tokens):
        if token.kind not in {Kind.NAME, Kind.STRING} or len(token.text) > 60:
            continue
        name = last_name(token)
        if name in _STRING_DATA or name in _DATA or name in _CHARTS:
            value = value_after(code, index)
            if value is None:
                continue
            if name in _STRING_DATA:
                yield Field(encoded=False, value=value)
            elif name in _DATA and _is_built(code, index, secrets):
                yield Field(encoded=True, value=value)
            elif name in _CHARTS and _has_builder(code, index, _CHART_BUILDER, "helm_release"):
                yield Field(encoded=False, value=value, chart=True)
    yield from _constructors(code)


def last_name(token: Token) -> str:
    """The last part of a dotted name; a string as it is."""
    return token.text.rsplit(".", 1)[-1] if token.kind is Kind.NAME else token.text


def value_after(code: Code, index: int) -> int | None:
    """The index of the value that a key at `index` has; None where the name is no key."""
    tokens = code.tokens
    after = index + 1
    if after < len(tokens) and tokens[after].text == "]":
        after += 1  # `['stringData']: `
    if after >= len(tokens):
        return None
    if tokens[after].kind is Kind.SIGN and tokens[after].text in SIGNS:
        after += 1
        return skip_newlines(code, after)
    if tokens[after].kind is Kind.SIGN and tokens[after].text == "+" and after + 1 < len(tokens):
        return after + 2 if tokens[after + 1].text in SIGNS else None
    if tokens[after].kind is Kind.OPEN and tokens[after].text in {"(", "{"} and tokens[index].kind is Kind.NAME:
        return after
    behind = code.partner.get(after, after) + 1
    if tokens[after].text == "[" and behind == after + 3 < len(tokens) and tokens[behind].text == "=":
        return after  # `secret.StringData["key"] = "value"`
    return None


def skip_newlines(code: Code, index: int) -> int | None:
    """The index of the next token that is no line's end."""
    while index < len(code.tokens) and code.tokens[index].kind is Kind.NEWLINE:
        index += 1
    return index if index < len(code.tokens) else None


def _said(code: Code) -> set[int]:
    """The brackets in which `kind` is Secret."""
    found = set()
    for index, token in enumerate(code.tokens):
        if token.text in {"kind", "Kind", "withKind"} and token.kind in {Kind.NAME, Kind.STRING}:
            value = value_after(code, index)
            if value is not None and code.tokens[value].text == "(":
                value += 1
            if value is not None and value < len(code.tokens) and _is_word(code.tokens[value], "Secret"):
                found.add(code.parent[index])
    return found


def _is_word(token: Token, word: str) -> bool:
    return token.kind is Kind.STRING and token.text == word


def _is_built(code: Code, index: int, secrets: set[int]) -> bool:
    """Whether the brackets around a token build a Secret, or the calls before it (`new V1Secret().withData(...)`)."""
    around = code.parent[index]
    for _ in range(_LEVELS):
        if around in secrets:
            return True
        if around < 0:
            break
        if _builds(code, around, _BUILDER, _RESOURCE):
            return True
        around = code.parent[around]
    text = code.tokens[index].text
    if text.startswith("."):
        return _is_chained(code, index)
    return text.count(".") == 1 and text.split(".", maxsplit=1)[0].lower().endswith("secret")  # `dbSecret.Data`


def _has_builder(code: Code, index: int, builder: Pattern, resource: str) -> bool:
    around = code.parent[index]
    for _ in range(_LEVELS):
        if around < 0:
            return False
        if _builds(code, around, builder, resource):
            return True
        around = code.parent[around]
    return False


def _builds(code: Code, opening: int, builder: Pattern, resource: str) -> bool:
    """Whether the name before a bracket is that of a Secret's type, or of a function that makes one."""
    opening = code.opener.get(opening - 1, opening)  # Jsonnet's `kube.Secret('name') { ... }`
    for token in reversed(code.tokens[max(opening - 6, 0) : opening]):
        if token.kind is Kind.NAME and builder.match(last_name(token)):
            return True
        if token.kind is Kind.STRING and token.text.startswith(resource):
            return True
        if token.kind in {Kind.NEWLINE, Kind.CLOSE, Kind.OPEN} or token.text in {",", ";"}:
            return False
    return False


def _is_chained(code: Code, index: int) -> bool:
    """Whether a chain of calls that a token belongs to begins with a Secret's type."""
    steps = 0
    before = index - 1
    while before >= 0 and steps < 40:
        token = code.tokens[before]
        steps += 1
        if token.kind is Kind.CLOSE:
            before = code.opener.get(before, 0)
        if token.kind is Kind.NAME and _BUILDER.match(last_name(token)):
            return True
        if token.kind is Kind.SIGN or (token.kind is Kind.OPEN and before == code.parent[index]):
            return False
        before -= 1
    return False


def _constructors(code: Code) -> Iterator[Field]:
    """Calls of which an argument is what the Secret holds.

    Jsonnet: `k.core.v1.secret.new('name', {...})`; Tilt: `secret_from_dict('name', inputs={...})`.
    """
    for index, token in enumerate(code.tokens):
        if token.kind is Kind.NAME and token.text.endswith(_CONSTRUCTORS):
            following = code.tokens[index + 1 : index + 2]
            if following and following[0].text == "(":
                if token.text.endswith(_OF_TEXT):
                    yield from _of_text(code, index + 1)
                else:
                    yield Field(encoded=True, value=index + 1, called=True)


def _of_text(code: Code, opening: int) -> Iterator[Field]:
    """The map among a call's arguments: what it holds is not encoded."""
    for index in range(opening + 1, code.partner.get(opening, opening)):
        if code.tokens[index].text == "{" and code.parent[index] == opening:
            yield Field(encoded=False, value=index)
            return
