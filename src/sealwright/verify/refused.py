"""SealedSecrets that no cluster takes, whatever their items are worth: fields of a type that Go does not read.

Source: the Go types of the object (upstream types.go; apimachinery, ObjectMeta), and sigs.k8s.io/yaml in front of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.nodes import Mapping, Scalar, Sequence, resolve, walk
from sealwright.patterns import Pattern
from sealwright.verify.fields import fields_of, kind_of_node, kind_of_scalar

if TYPE_CHECKING:
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.verify.fields import Fields

_NOTHING = frozenset({"", "null"})
_READABLE = _NOTHING | {"string", "binary"}
_META = {
    **dict.fromkeys(("name", "namespace", "generateName", "uid", "resourceVersion", "selfLink"), "string"),
    **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), "time"),
    **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), "number"),
    **dict.fromkeys(("annotations", "labels"), "texts"),
    **dict.fromkeys(("ownerReferences", "managedFields"), "objects"),
    "finalizers": "strings",
}
_TEMPLATE = {"type": "string", "immutable": "boolean", "data": "texts"}
_WORDS = {
    "string": "a string",
    "time": "a time",
    "number": "a whole number",
    "boolean": "true or false",
    "objects": "a list of objects",
    "strings": "a list of strings",
    "texts": "a mapping",
}
_TIME = Pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_NOT_WHOLE = Pattern(r"\.[0-9_]*[1-9][0-9_]*\Z|\.[iInN]")
_NO_NUMBER = Pattern(r"\.(?:inf|Inf|INF|nan|NaN|NAN)\b")
_NEWER = Pattern(r"(?:(?:#[^\n]*|[ \t\r]*|%[^\n]*)\n)*?%YAML[ \t]+(?!1\.1\b)([0-9.]+)")


def refused_document(document: Document) -> str:
    """Why no Go program reads the document at all; '' if they do. Found by asking them.

    go-yaml takes YAML 1.1 alone, and what it reads becomes JSON, which has no infinite numbers.
    """
    text = document.source.text
    named = text.find("%YAML", document.start, document.end) >= 0
    found = _NEWER.match(text, document.start, document.end) if named else None
    if found is not None:
        newer = f"neither kubectl nor the controller reads `%YAML {found.group(1)}`"
        return f"{newer}, so that no cluster takes it: write 1.1"
    if document.root is not None and _NO_NUMBER.search(text, document.start, document.end):
        values = {id(node): node for node in walk(document.root)}
        for node in tuple(values.values()):
            for key, _ in node.entries if isinstance(node, Mapping) else ():
                values.pop(id(key), None)  # a key becomes text
        if any(isinstance(node, Scalar) and _is_no_number(node) for node in values.values()):
            return "neither kubectl nor the controller reads `.inf` or `.nan`, so that no cluster takes it: quote it"
    return ""


def _is_no_number(scalar: Scalar) -> bool:
    return kind_of_scalar(scalar) == "number" and _NO_NUMBER.fullmatch(scalar.value.lstrip("+-")) is not None


def refused(fields: Fields, metadata: Fields | None, spec: Fields | None) -> str:
    """Why the API server, the controller and kubeseal would not even read the object; '' if they would."""
    if metadata is None and kind_of_node(fields.get("metadata")) not in _NOTHING:
        return _no("metadata", "texts")
    if "status" in fields and fields_of(fields["status"]) is None and kind_of_node(fields["status"]) not in _NOTHING:
        return _no("status", "texts")
    return _of_wrong_type(metadata, _META, "metadata") or _refused_template(spec)


def _refused_template(spec: Fields | None) -> str:
    """The template is read with the object, though nothing in it binds an item."""
    node = spec.get("template") if spec is not None else None
    if node is None:
        return ""
    template = fields_of(node)
    if template is None:
        return "" if kind_of_node(node) in _NOTHING else _no("spec.template", "texts")
    if reason := _of_wrong_type(template, _TEMPLATE, "spec.template"):
        return reason
    inner = fields_of(template.get("metadata"))
    if inner is None and kind_of_node(template.get("metadata")) not in _NOTHING:
        return _no("spec.template.metadata", "texts")
    return _of_wrong_type(inner, _META, "spec.template.metadata")


def _of_wrong_type(fields: Fields | None, types: dict[str, str], where: str) -> str:
    for name, node in fields.items() if fields is not None else ():
        wanted = types.get(name)
        if wanted is not None and (reason := _wrong(node, wanted, f"{where}.{name}")):
            return reason
    return ""


def _wrong(node: Node, wanted: str, where: str) -> str:
    """Why a value is not of the wanted type; '' if it is, or `null`."""
    target = node if type(node) is Scalar else resolve(node)
    if isinstance(target, Scalar):
        return "" if _is_scalar(target, wanted) else _no(where, wanted)
    if wanted == "texts" and isinstance(target, Mapping):
        texts = fields_of(target) or {}
        return next((_no(name, "string") for name, value in texts.items() if kind_of_node(value) not in _READABLE), "")
    if wanted in {"strings", "objects"} and isinstance(target, Sequence):
        return "" if all(_is_entry(item, wanted) for item in target.items) else _no(where, wanted)
    return _no(where, wanted)


def _is_entry(node: Node, wanted: str) -> bool:
    """Whether a list of this type may hold a value."""
    kind = kind_of_node(node)
    if wanted == "strings":
        return kind in _READABLE
    return kind == "null" or isinstance(resolve(node), Mapping)


def _is_scalar(scalar: Scalar, wanted: str) -> bool:
    kind = kind_of_scalar(scalar)
    if kind == "null":
        return True
    if wanted == "number":
        return kind == "number" and not _NOT_WHOLE.search(scalar.value)
    if wanted == "string":
        return kind in _READABLE
    if wanted == "time":
        return kind == "string" and _TIME.match(scalar.value) is not None
    return kind == wanted


def _no(where: str, wanted: str) -> str:
    quote = "; quote it" if wanted == "string" else ""
    return f"`{where}` is not {_WORDS[wanted]}, so that no cluster takes the object{quote}"
