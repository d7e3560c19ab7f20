"""CloudFormation templates, also those that the CDK synthesises: each resource as an object of kind `AWS::KMS::Key`.

The value is `{apiVersion: cloudformation, kind, metadata: {name}, spec: <Properties>}` with `deletionPolicy` and
`updateReplacePolicy` beside them. Intrinsic functions, in their long form and as tags, are computed as far as that is
possible before a stack is created; see `unknown` for the rest.
Source: the CloudFormation user guide (template anatomy, intrinsic functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import ResourceRef
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Scalar, lookup, resolve, text_of
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.values import effective
from sealwright.policy.infrastructure.intrinsics import Template
from sealwright.policy.objects import Places
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

FAMILY = "cloudformation"
_POLICIES = (("DeletionPolicy", "deletionPolicy"), ("UpdateReplacePolicy", "updateReplacePolicy"))


def cloudformation_subjects(source: Source, kinds: Collection[str] | None = None) -> Iterator[Subject | Unparsable]:
    """The resources of a template, and in their place what could not be read. Other documents give nothing."""
    for document in read_documents(source):
        root = resolve(document.root) if document.root is not None else None
        resources = lookup(root, "Resources") if isinstance(root, Mapping) else None
        if document.flaw:
            yield Unparsable(document.flaw, document.flaw_at)
        elif document.form not in {Form.YAML, Form.JSON} or resources is None or not isinstance(root, Mapping):
            continue
        else:
            try:
                yield from _resources(source, root, resources, kinds)
            except TooLarge:
                yield Unparsable("its aliases expand to more than any template holds", root.start)


def _resources(source: Source, root: Mapping, resources: Node, kinds: Collection[str] | None) -> Iterator[Subject]:
    template = Template(root)
    target = resolve(resources)
    for name, (key, node) in effective(target).items() if isinstance(target, Mapping) else ():
        resource = resolve(node)
        if not isinstance(resource, Mapping):
            continue
        said = effective(resource)
        kind = text_of(said["Type"][1]) if "Type" in said else ""
        if "::" in kind and (kinds is None or kind in kinds):
            yield _subject(source, template, (name, key), kind, said)


def _subject(
    source: Source, template: Template, named: tuple[str, Node], kind: str, said: dict[str, tuple[Node, Node]]
) -> Subject:
    name, key = named
    value: dict[str, Any] = {"apiVersion": FAMILY, "kind": kind, "metadata": {"name": name}, "spec": {}}
    root, metadata = Mapping(key.start, flow=True), Mapping(key.start, flow=True)
    root.end = metadata.end = key.end
    at = (key.start, key.end)
    metadata.entries.append((Scalar(*at, "name", '"'), Scalar(*at, name, '"')))
    root.entries = [(said["Type"][0], said["Type"][1]), (Scalar(*at, "metadata", '"'), metadata)]
    root.entries[0] = (Scalar(said["Type"][0].start, said["Type"][0].end, "kind", '"'), said["Type"][1])
    properties = said.get("Properties")
    if properties is not None:
        value["spec"] = template.value(properties[1])
    root.entries.append((Scalar(*at, "spec", '"'), properties[1] if properties else Mapping(key.start, flow=True)))
    for theirs, ours in _POLICIES:
        if theirs in said:
            value[ours] = template.value(said[theirs][1])
            root.entries.append((Scalar(said[theirs][0].start, said[theirs][0].end, ours, '"'), said[theirs][1]))
    return Subject(source.path, ResourceRef(FAMILY, kind, "", name), value, Places(source, root), FAMILY)
