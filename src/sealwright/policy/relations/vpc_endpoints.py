"""NET003: a module makes a VPC, and no endpoint in it for the services that secrets come from.

Without one, what reads secrets has to be let out to the internet. Source: AWS PrivateLink, interface endpoints of
Secrets Manager, KMS, Systems Manager and STS; Terraform's `aws_vpc_endpoint`; CloudFormation's `AWS::EC2::VPCEndpoint`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.relations.values import mapping
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_VPCS = frozenset({"aws_vpc", "AWS::EC2::VPC"})
_MODULE = "terraform-aws-modules/vpc/aws"
_ENDPOINTS = {"aws_vpc_endpoint": "service_name", "AWS::EC2::VPCEndpoint": "ServiceName"}
_SERVICES = ("secretsmanager", "kms", "ssm", "sts")
_NAME = Pattern(r"[.}/](secretsmanager|kms|ssm|sts)(?:-fips)?\Z")


def check(world: World) -> Iterator[Blame]:
    """Every VPC of a tree in which no endpoint is defined for one of these services.

    Silent where the endpoints may be elsewhere: in a module, or named by something that only applying tells.
    """
    if not (world.whole or world.rendered):
        return
    infrastructure = [subject for subject in world.subjects if subject.family in {"terraform", "cloudformation"}]
    vpcs = [subject for subject in infrastructure if subject.ref.kind in _VPCS or _source(subject) == _MODULE]
    if not vpcs or any(_may_hold_endpoints(subject) for subject in infrastructure):
        return
    missing = set(_SERVICES)
    for subject in infrastructure:
        if subject.ref.kind in _ENDPOINTS:
            name = _service(mapping(subject.value, "spec").get(_ENDPOINTS[subject.ref.kind]))
            if name is None:
                return
            missing.discard(name)
    if missing:
        detail = ", ".join(service for service in _SERVICES if service in missing)
        for vpc in vpcs:
            yield Blame(vpc, ((),), f"none for {detail}")


def _service(value: Any) -> str | None:
    """The service that an endpoint is for, '' for any other one; None where that is not written there."""
    if isinstance(value, dict):
        value = next((given for given in value.values()), None)  # {"Fn::Sub": "com.amazonaws.${AWS::Region}.kms"}
    if not isinstance(value, str):
        return None
    found = _NAME.search(value)
    if found is not None:
        return found.group(1)
    return "" if "amazonaws" in value and not value.endswith("}") else None


def _may_hold_endpoints(subject: Subject) -> bool:
    return "endpoint" in _source(subject).lower()


def _source(subject: Subject) -> str:
    """Where a module of Terraform comes from, '' for all else."""
    source = mapping(subject.value, "spec").get("source") if subject.ref.kind == "module" else ""
    return source if isinstance(source, str) else ""
