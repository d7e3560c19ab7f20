"""Terraform written as JSON: the same objects as from HCL.

Texts are templates as in HCL. One that is nothing but `${...}` is looked at as the expression that it is.
Source: Terraform's JSON configuration syntax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import ResourceRef
from sealwright.manifest.documents import read_documents
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve
from sealwright.manifest.values import effective, value_of
from sealwright.policy.infrastructure.hcl_bodies import decoded_policy
from sealwright.policy.infrastructure.hcl_module import Module, file_of
from sealwright.policy.infrastructure.hcl_syntax import entries_of, parse_body
from sealwright.policy.infrastructure.hcl_values import evaluate, finished
from sealwright.policy.infrastructure.unknown import UNKNOWN
from sealwright.policy.objects import Places
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

FAMILY = "terraform"


def terraform_json_subjects(
    source: Source, rest: Iterable[Source] = (), kinds: Collection[str] | None = None
) -> Iterator[Subject | Unparsable]:
    """As `terraform_subjects`, for a .tf.json file. Its own variables and locals are not resolved."""
    module = Module(file_of(""), rest)
    for document in read_documents(source):
        root = resolve(document.root) if document.root is not None else None
        if document.flaw or not isinstance(root, Mapping):
            yield Unparsable(document.flaw or "it is no JSON object", document.flaw_at)
            continue
        for kind, key, name, node in (*_resources(root), *_modules(root)):
            if kinds is None or kind in kinds:
                yield _subject(source, module, kind, (key, name), node)


def _resources(root: Mapping) -> Iterator[tuple[str, Node, str, Mapping]]:
    for block in _blocks(lookup(root, "resource")):
        for kind, (_, named) in effective(block).items():
            for inner in _blocks(named):
                for name, (key, body) in effective(inner).items():
                    for node in _blocks(body):
                        yield kind, key, name, node


def _modules(root: Mapping) -> Iterator[tuple[str, Node, str, Mapping]]:
    for block in _blocks(lookup(root, "module")):
        for name, (key, body) in effective(block).items():
            for node in _blocks(body):
                yield "module", key, name, node


def _blocks(node: Node | None) -> list[Mapping]:
    """A block, or a list of blocks, whichever of the two is written."""
    target = resolve(node) if node is not None else None
    items = target.items if isinstance(target, Sequence) else [target] if target is not None else []
    return [item for item in map(resolve, items) if isinstance(item, Mapping)]


def _subject(source: Source, module: Module, kind: str, named: tuple[Node, str], node: Mapping) -> Subject:
    key, label = named
    at = (key.start, key.end)
    spec = {name: _computed(value_of(value), module) for name, (_, value) in effective(node).items()}
    root, metadata = Mapping(key.start, flow=True), Mapping(key.start, flow=True)
    root.end = metadata.end = key.end
    metadata.entries.append((Scalar(*at, "name", '"'), Scalar(*at, label, '"')))
    root.entries = [
        (Scalar(*at, "kind", '"'), Scalar(*at, kind, '"')),
        (Scalar(*at, "metadata", '"'), metadata),
        (Scalar(*at, "spec", '"'), node),
    ]
    if kind != "module":
        spec = {key: _policy(key, value) for key, value in spec.items() if value is not None}
    value = {"apiVersion": FAMILY, "kind": kind, "metadata": {"name": label}, "spec": spec}
    return Subject(source.path, ResourceRef(FAMILY, kind, "", label), value, Places(source, root), FAMILY)


def _policy(name: str, value: Any) -> Any:
    return decoded_policy(value) if "policy" in name and isinstance(value, str) else value


def _computed(value: Any, module: Module) -> Any:
    if isinstance(value, dict):
        return {key: _computed(item, module) for key, item in value.items()}
    if isinstance(value, list):
        return [_computed(item, module) for item in value]
    if not isinstance(value, str) or not value.startswith("${") or not value.endswith("}"):
        return value
    text = f"x = {value[2:-1]}"
    try:
        body = parse_body(text, 0, len(text))
    except Unparsable:
        return value  # a template with more than one part
    code = next((code for _, _, code in entries_of(body) if code is not None), None)
    return UNKNOWN if code is None else finished(evaluate(code, module))
