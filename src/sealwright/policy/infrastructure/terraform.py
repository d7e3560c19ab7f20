"""Terraform and OpenTofu: each resource and each module call as an object of kind `aws_kms_key`, or `module`.

The value is `{apiVersion: terraform, kind, metadata: {name}, spec}`; nested blocks are lists of objects. Of a data
source, only what policies it makes is used. What is not known before it is applied: see `unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import ResourceRef
from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Scalar
from sealwright.policy.infrastructure.hcl_bodies import Body
from sealwright.policy.infrastructure.hcl_module import Module, file_of
from sealwright.policy.infrastructure.hcl_syntax import entries_of
from sealwright.policy.objects import Places
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.manifest.source import Source
    from sealwright.policy.infrastructure.hcl_blocks import Block
    from sealwright.policy.infrastructure.hcl_syntax import Code

FAMILY = "terraform"


def terraform_subjects(
    source: Source, rest: Iterable[Source] = (), kinds: Collection[str] | None = None
) -> Iterator[Subject | Unparsable]:
    """The resources and module calls of a .tf file, and in their place what could not be read.

    `rest` are the other files of the folder (.tf and .tfvars), asked for when a name is not in this one. Where `kinds`
    are given, blocks of other kinds are not parsed: a file in which only those are broken has nothing wrong.
    """
    file = file_of(source.text)
    yield from file.flaws
    module = Module(file, rest)
    for block in file.blocks:
        kind, name = _identity(block)
        if not kind or (kinds is not None and kind not in kinds):
            continue
        try:
            body = file.body(block)
            if not _is_switched_off(body):
                yield _subject(source, block, Body(body, module, keep_null=kind == "module"), kind, name)
        except Unparsable as error:
            yield error
        except RecursionError:
            yield Unparsable("expressions nested too deeply", block.start)


def _identity(block: Block) -> tuple[str, str]:
    if block.type == "resource" and len(block.labels) == 2:
        return block.labels[0], block.labels[1]
    if block.type == "module" and len(block.labels) == 1:
        return "module", block.labels[0]
    return "", ""


def _is_switched_off(body: Code) -> bool:
    """`count = 0`, written like that: it is not made, whatever it says."""
    for name, _, value in entries_of(body):
        if name == "count" and value is not None:
            return value.text[value.start : value.end].strip() == "0"
    return False


def _subject(source: Source, block: Block, body: Body, kind: str, name: str) -> Subject:
    named_at, kind_at = block.labels_at[-1], block.labels_at[0] if len(block.labels_at) > 1 else block.type_at
    root = Mapping(block.start, flow=True)
    root.end = block.end
    metadata = Mapping(named_at.start, flow=True)
    metadata.end = named_at.end
    metadata.entries.append((Scalar(*named_at, "name", '"'), Scalar(*named_at, name, '"')))
    root.entries = [
        (Scalar(*kind_at, "kind", '"'), Scalar(*kind_at, kind, '"')),
        (Scalar(*named_at, "metadata", '"'), metadata),
        (Scalar(*named_at, "spec", '"'), body.node),
    ]
    value = {"apiVersion": FAMILY, "kind": kind, "metadata": {"name": name}, "spec": body.value}
    return Subject(source.path, ResourceRef(FAMILY, kind, "", name), value, Places(source, root), FAMILY)
