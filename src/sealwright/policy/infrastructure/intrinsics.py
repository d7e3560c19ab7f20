"""What CloudFormation's intrinsic functions are worth before a stack is created.

Source: the CloudFormation user guide, intrinsic function reference and pseudo parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve
from sealwright.manifest.scalars import MAX_DEPTH_EXPANDED, MAX_EXPANDED, TooLarge
from sealwright.manifest.values import effective, scalar_value
from sealwright.patterns import Pattern
from sealwright.policy.infrastructure.unknown import UNKNOWN, has_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.manifest.nodes import Node

_ABSENT = object()
"""`AWS::NoValue`: the property is not there."""
_REFERENCE = Pattern(r"\$\{([^!}][^}]*)\}")
_ITSELF = {"Ref", "Condition"}
_ELSEWHERE = "AWS::SSM::Parameter::"


class Template:
    """The parameters and names of one template."""

    def __init__(self, root: Mapping) -> None:
        self._parameters = _mapping(lookup(root, "Parameters"))
        self._resources = _mapping(lookup(root, "Resources"))
        self._count = 0

    def value(self, node: Node) -> Any:
        """A node's value with functions computed; a text that is known in part has `${...}` in it."""
        found = self._value(node, 0)
        return {} if found is _ABSENT else found

    def _value(self, node: Node, depth: int) -> Any:
        target = resolve(node)
        self._count += 1
        if depth > MAX_DEPTH_EXPANDED or self._count > MAX_EXPANDED:
            raise TooLarge
        if target.tag.startswith("!") and len(target.tag) > 1:
            name = target.tag[1:]
            return self._call(name if name in _ITSELF else f"Fn::{name}", target, depth)
        if isinstance(target, Scalar):
            return target.value if target.style and not target.tag else scalar_value(target)
        if isinstance(target, Sequence):
            items = [self._value(item, depth + 1) for item in target.items]
            return [item for item in items if item is not _ABSENT]
        said = effective(target)
        if len(said) == 1:
            (name, (_, argument)), *_ = said.items()
            if name.startswith("Fn::") or name in _ITSELF:
                return self._call(name, argument, depth)
        values = {name: self._value(value, depth + 1) for name, (_, value) in said.items()}
        return {name: value for name, value in values.items() if value is not _ABSENT}

    def _plain(self, node: Node, depth: int) -> Any:
        """The value of a function's argument, whose own tag is the function."""
        target = resolve(node)
        if isinstance(target, Scalar):
            return target.value
        if isinstance(target, Sequence):
            return [self._value(item, depth + 1) for item in target.items]
        return {name: self._value(value, depth + 1) for name, (_, value) in effective(target).items()}

    def _call(self, name: str, argument: Node, depth: int) -> Any:
        function = _FUNCTIONS.get(name)
        return UNKNOWN if function is None else function(self, self._plain(argument, depth))

    def reference(self, name: Any) -> Any:
        """`!Ref name`: a parameter's default, or the name of what will be."""
        if not isinstance(name, str):
            return UNKNOWN
        if name == "AWS::NoValue":
            return _ABSENT
        if name.startswith("AWS::") or name in self._resources:
            return f"${{{name}}}"
        parameter = resolve(self._parameters[name][1]) if name in self._parameters else None
        default = lookup(parameter, "Default") if isinstance(parameter, Mapping) else None
        if default is None or not isinstance(parameter, Mapping):
            return UNKNOWN
        kind = lookup(parameter, "Type")
        said = resolve(kind) if kind is not None else None
        if isinstance(said, Scalar) and (said.value.startswith(_ELSEWHERE) or "List" in said.value):
            return UNKNOWN  # the default names what holds the value, or is a list written as a text
        value = resolve(default)
        return (scalar_value(value) if not value.style else value.value) if isinstance(value, Scalar) else UNKNOWN


def _attribute(_: Template, argument: Any) -> Any:
    parts = argument if isinstance(argument, list) else [argument]
    return f"${{{'.'.join(part if isinstance(part, str) else '...' for part in parts)}}}"


def _substituted(template: Template, argument: Any) -> Any:
    names: dict[str, Any] = {}
    text = argument
    if isinstance(argument, list) and len(argument) == 2:
        text, names = argument[0], argument[1] if isinstance(argument[1], dict) else {}
    if not isinstance(text, str):
        return UNKNOWN

    def known(match: Any) -> str:
        name = match.group(1).strip()
        value = names[name] if name in names else template.reference(name) if "." not in name else UNKNOWN
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        return f"${{{name}}}"

    return _REFERENCE.sub(known, text)


def _joined(_: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[1], list):
        return UNKNOWN
    separator = argument[0] if isinstance(argument[0], str) else ""
    return separator.join(
        str(item) if isinstance(item, (str, int, float)) and not isinstance(item, bool) else "${...}"
        for item in argument[1]
    )


def _chosen(_: Template, argument: Any) -> Any:
    """`Fn::If`: what both branches give, where that is the same."""
    if not isinstance(argument, list) or len(argument) != 3:
        return UNKNOWN
    yes, no = argument[1:]
    if yes is _ABSENT or no is _ABSENT or has_unknown(argument[1:]):
        return _ABSENT if yes is no else UNKNOWN
    return yes if type(yes) is type(no) and yes == no else UNKNOWN


def _later(_: Template, __: Any) -> Any:
    return "${...}"


def _encoded(_: Template, argument: Any) -> Any:
    return argument if isinstance(argument, str) else UNKNOWN


_FUNCTIONS: dict[str, Callable[[Template, Any], Any]] = {
    "Ref": Template.reference,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _substituted,
    "Fn::Join": _joined,
    "Fn::If": _chosen,
    "Fn::ImportValue": _later,
    "Fn::Base64": _encoded,
}
"""What is not here (maps, splits, transforms) is not known."""


def _mapping(node: Node | None) -> dict[str, tuple[Node, Node]]:
    target = resolve(node) if node is not None else None
    return effective(target) if isinstance(target, Mapping) else {}
