"""Manifests as people write them: what stands in braces put into lines. For examples on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, resolve
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node

_PLAIN = Pattern(r"[A-Za-z0-9_./-][A-Za-z0-9_./@:-]*[A-Za-z0-9_/.-]\Z|[A-Za-z0-9]\Z")
_SHORT = 60


def block(text: str) -> str:
    """Each document of a YAML text in block style. Comments are lost."""
    roots = [document.root for document in read_documents(Source("example.yaml", text)) if document.root is not None]
    return "\n---\n".join("\n".join(_lines(root)) for root in roots)


def _lines(node: Node) -> Iterator[str]:
    target = resolve(node)
    if isinstance(target, Mapping) and target.entries:
        for key, value in target.entries:
            yield from _entry(f"{_flow(key)}:", value)
    elif isinstance(target, Sequence) and target.items:
        for item in target.items:
            lines = list(_lines(item))
            yield f"- {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])
    else:
        yield _flow(target)


def _entry(key: str, node: Node) -> Iterator[str]:
    target = resolve(node)
    if isinstance(target, Scalar) and "\n" in target.value:
        yield f"{key} |"
        yield from (f"  {line}" for line in target.value.rstrip("\n").split("\n"))
    elif isinstance(target, Scalar) or not _children(target) or _fits(target):
        yield f"{key} {_flow(target)}"
    else:
        yield key
        yield from (f"  {line}" for line in _lines(target))


def _fits(node: Node) -> bool:
    """Whether it is short and flat enough to stay in one line."""
    plain = all(isinstance(resolve(child), Scalar) and "\n" not in _text(child) for child in _children(node))
    return plain and isinstance(node, Sequence) and len(_flow(node)) <= _SHORT


def _children(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return [value for _, value in node.entries]
    return list(node.items) if isinstance(node, Sequence) else []


def _flow(node: Node) -> str:
    target = resolve(node)
    if isinstance(target, Mapping):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(value)}' for key, value in target.entries)}}}"
    if isinstance(target, Sequence):
        return f"[{', '.join(_flow(item) for item in target.items)}]"
    if (target.style and not _PLAIN.match(target.value)) or (target.style and _other(target.value)):
        escaped = target.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return target.value


def _other(text: str) -> bool:
    """Whether it would be no text without its quotes."""
    return text[:1].isdigit() or text in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def _text(node: Node) -> str:
    target = resolve(node)
    return target.value if isinstance(target, Scalar) else ""
