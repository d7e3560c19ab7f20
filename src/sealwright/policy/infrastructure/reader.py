"""Which files are infrastructure code, and what rules see of them: Terraform, CloudFormation, values of charts.

Kinds of infrastructure that are Kubernetes objects (eksctl, ACK, Crossplane, Cluster API) are read as such, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.limits import Unparsable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sealwright.manifest.source import Source
    from sealwright.policy.subject import Subject

TERRAFORM = (".tf", ".tofu")
TERRAFORM_JSON = (".tf.json", ".tofu.json")
MODULE_FILES = (*TERRAFORM, ".tfvars")
"""Endings of the files that make up a Terraform module together: what lies in one folder."""
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".cfn")
_TYPES = (b"AWS::", b"Custom::AWSCDK-EKS")
_TOOLING = (b"external-secrets", b"sealed-secrets", b"secrets-store-csi-driver")
_HOLDERS = (b"HelmRelease", b"argoproj.io/", b"helmCharts")
_MARKS = (
    b"processCluster",
    b"certController",
    b"scopedRBAC",
    b"keyrenewperiod",
    b"enableSecretRotation",
    b"syncSecret",
)


def is_infrastructure(path: str, data: bytes) -> bool:
    """Whether `infrastructure_subjects` may find something, by the name and by words. It errs towards reading."""
    if path.endswith((*TERRAFORM, *TERRAFORM_JSON)):
        return True
    if not path.endswith(_TEMPLATES):
        return False
    return is_template(data) or _may_hold_values(path, data)


def is_part_of_infrastructure(path: str, data: bytes) -> bool:
    """The same for a piece of a file, when the words may stand in different ones."""
    return is_infrastructure(path, data) or (path.endswith(_TEMPLATES) and any(word in data for word in _TYPES))


def is_template(data: bytes) -> bool:
    """Whether these may be the bytes of a CloudFormation template."""
    return b"Resources" in data and any(word in data for word in _TYPES)


def infrastructure_subjects(
    source: Source, rest: Iterable[Source] = (), kinds: Collection[str] | None = None
) -> Iterator[Subject]:
    """What rules see of a file; what cannot be read is left out, see `infrastructure_contents`."""
    for item in infrastructure_contents(source, rest, kinds):
        if not isinstance(item, Problem):
            yield item


def infrastructure_contents(
    source: Source, rest: Iterable[Source] = (), kinds: Collection[str] | None = None
) -> Iterator[Subject | Problem]:
    """What rules see of a file, and in its place what could not be read. Never raises for what the text holds.

    `rest` are the other files of a Terraform module (its folder's files that end as MODULE_FILES say), read only when
    this file needs a name that is in none of its own lines. Where `kinds` (`aws_kms_key`, `AWS::KMS::Key`, `module`)
    are given, other resources are left out, and in Terraform not even parsed.
    """
    if source.flaw:
        yield Problem(source.path, source.flaw)
        return
    for item in _read(source, rest, kinds):
        yield _problem(source, item) if isinstance(item, Unparsable) else item


def _read(source: Source, rest: Iterable[Source], kinds: Collection[str] | None) -> Iterator[Subject | Unparsable]:
    if source.path.endswith(TERRAFORM_JSON):
        from sealwright.policy.infrastructure.terraform_json import terraform_json_subjects

        yield from terraform_json_subjects(source, rest, kinds)
    elif source.path.endswith(TERRAFORM):
        from sealwright.policy.infrastructure.terraform import terraform_subjects

        yield from terraform_subjects(source, rest, kinds)
    elif "Resources" in source.text and "::" in source.text:
        from sealwright.policy.infrastructure.cloudformation import cloudformation_subjects

        yield from cloudformation_subjects(source, kinds)
    else:
        from sealwright.policy.infrastructure.helm_values import helm_values

        yield from helm_values(source)


def _may_hold_values(path: str, data: bytes) -> bool:
    if any(word in data for word in _TOOLING) and any(word in data for word in _HOLDERS):
        return True
    return "values" in path.rsplit("/", 1)[-1].lower() and any(word in data for word in (*_TOOLING, *_MARKS))


def _problem(source: Source, error: Unparsable) -> Problem:
    position = source.position(error.offset)
    return Problem(source.path, error.reason, position.line, position.column)
