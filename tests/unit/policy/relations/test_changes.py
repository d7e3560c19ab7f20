"""MRG001 over what a change touches, and NET003 over what a tree makes of its network."""

from __future__ import annotations

from typing import Any

import pytest
from unit.policy.relations.worlds import external, found, secret

FILES = {
    "eu/db.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" + secret(),
    "us/db.yaml": external(),
    "us/other.yaml": secret("other"),
    "us/app.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n",
    "ap/db.yaml": secret(),
}
WAVES: dict[str, Any] = {"first": ["eu/**"], "second": ["us/**", "sa/**"], "third": ["ap"]}


@pytest.mark.parametrize(
    ("touched", "waves"),
    [
        ((), WAVES),
        (("eu/db.yaml",), WAVES),
        (("eu/db.yaml", "us/app.yaml", "gone/us.yaml"), WAVES),
        (("us/db.yaml", "us/other.yaml"), WAVES),
        (tuple(FILES), {}),
        (tuple(FILES), {"first": ["**"]}),
        (tuple(FILES), {"first": "eu/**", "second": ["us/**"], "third": [7, None], "fourth": []}),
        (tuple(FILES), [["eu/**"], ["us/**"]]),
    ],
)
def test_one_wave_at_a_time_is_as_it_should_be(touched: tuple[str, ...], waves: Any) -> None:
    assert found("MRG001", FILES, touched=touched, params={"regionWaves": waves}) == []


def test_each_wave_is_blamed_once() -> None:
    assert found("MRG001", FILES, touched=tuple(FILES), params={"regionWaves": WAVES}) == [
        "eu/db.yaml:7",
        "us/db.yaml:4",
        "ap/db.yaml:4",
    ]
    touched = {"us/other.yaml", "ap/db.yaml"}
    assert found("MRG001", FILES, touched=touched, params={"regionWaves": WAVES}) == ["us/other.yaml:4", "ap/db.yaml:4"]


VPC = 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'


def endpoint(service: str, name: str = "a") -> str:
    return f'resource "aws_vpc_endpoint" "{name}" {{\n  service_name = "{service}"\n}}\n'


@pytest.mark.parametrize(
    "more",
    [
        "".join(
            endpoint(f"com.amazonaws.eu-west-1.{each}", each) for each in ("secretsmanager", "kms", "ssm", "sts-fips")
        ),
        endpoint("com.amazonaws.eu-west-1.${each.key}"),
        endpoint("${var.service}"),
        'module "e" {\n  source = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"\n}\n',
    ],
)
def test_endpoints_that_may_be_there_are_not_missed(more: str) -> None:
    assert found("NET003", {"main.tf": VPC + more}) == []


def test_what_has_no_vpc_needs_no_endpoint() -> None:
    assert found("NET003", {"main.tf": endpoint("com.amazonaws.eu-west-1.kms")}) == []
    assert found("NET003", {"main.tf": VPC}, whole=False) == []


@pytest.mark.parametrize(
    "text",
    [
        VPC,
        VPC + endpoint("com.amazonaws.eu-west-1.s3"),
        'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n',
    ],
)
def test_a_vpc_without_them_is_found(text: str) -> None:
    assert found("NET003", {"main.tf": text}) == ["main.tf:1"]
