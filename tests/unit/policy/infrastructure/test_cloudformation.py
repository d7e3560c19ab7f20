"""CloudFormation and what the CDK synthesises, as rules see it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.policy.infrastructure.judged import contents, judged, specs

from sealwright.finding import Problem
from sealwright.policy.infrastructure.unknown import UNKNOWN

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Rotate: {Type: String, Default: "true"}
  Days: {Type: Number, Default: 7}
  Password: {Type: String, NoEcho: true}
  Named: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      EnableKeyRotation: !Ref Rotate
      V: %s
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!Ref Days", 7),
        ("{Ref: Days}", 7),
        ("!Ref Key", "${Key}"),
        ("!Ref AWS::Region", "${AWS::Region}"),
        ("!GetAtt Key.Arn", "${Key.Arn}"),
        ("{'Fn::GetAtt': [Key, Arn]}", "${Key.Arn}"),
        ('!Sub "a-${Days}-${Key.Arn}-${!kept}"', "a-7-${Key.Arn}-${!kept}"),
        ('!Sub ["a-${x}", {x: !Ref Days}]', "a-7"),
        ('!Join ["", ["arn:", !Ref AWS::Partition, !Ref Password]]', "arn:${AWS::Partition}${...}"),
        ("!If [Prod, 30, 30]", 30),
        ("[a, !Ref AWS::NoValue]", ["a"]),
        ("{a: 1, b: !Ref AWS::NoValue}", {"a": 1}),
        ("!ImportValue x", "${...}"),
    ],
)
def test_functions_are_computed_as_far_as_possible(written: str, expected: object) -> None:
    assert specs("t.yaml", TEMPLATE % written)["Key"]["V"] == expected


@pytest.mark.parametrize(
    "written",
    [
        "!Ref Password",
        "!Ref Named",
        "!If [Prod, true, false]",
        "!FindInMap [A, B, C]",
        "!Select [0, !Ref X]",
        "!GetAZs ''",
    ],
)
def test_the_rest_is_not_known(written: str) -> None:
    assert specs("t.yaml", TEMPLATE % written)["Key"]["V"] is UNKNOWN


def test_places_are_those_of_the_template() -> None:
    text = TEMPLATE % "x"
    assert judged("t.yaml", text) == []
    assert judged("t.yaml", text.replace("    DeletionPolicy: Retain\n", "")) == ["KMS002 8:3-6 deletionPolicy"]
    assert judged("t.yaml", text.replace("!Ref Rotate", "false")) == ["KMS001 12:26-31 spec.EnableKeyRotation"]
    assert judged("t.yaml", text.replace("!Ref Rotate", "!Ref Password")) == []


def test_policies_in_roles() -> None:
    text = """\
Resources:
  Api:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: "sts:AssumeRoleWithWebIdentity"}
      Policies:
        - PolicyName: all
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:*", Resource: "*"}
              - {Effect: Allow, Action: ["ssm:GetParameter"], Resource: !Sub "arn:aws:ssm:*:${AWS::Region}:parameter/*"}
"""
    assert judged("t.yaml", text) == [
        "IAM001 12:78-120 spec.Policies[0].PolicyDocument.Statement[1].Resource",
        "IAM002 6:9-18 spec.AssumeRolePolicyDocument.Statement.Condition",
    ]


def test_what_the_cdk_makes() -> None:
    config: dict[str, Any] = {"version": "1.31", "logging": {"clusterLogging": [{"enabled": True, "types": ["audit"]}]}}
    template = {"Resources": {"C": {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": config}}}}
    path = "cdk.out/a.template.json"
    assert judged(path, json.dumps(template, indent=1)) == ["EKS001 6:5-13 spec.Config.encryptionConfig"]
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    config["encryptionConfig"] = [{"provider": {"keyArn": key}, "resources": ["secrets"]}]
    assert judged(path, json.dumps(template, indent=1)) == []


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("GenerateSecretString: {PasswordLength: 32}", []),
        ('SecretString: "{{resolve:secretsmanager:x}}"', []),
        ('SecretString: !Sub \'{"password": "${Password}"}\'', []),
        ("SecretString: !Ref Password", []),
        ('SecretString: \'{"password": "hunter2"}\'', ["SMG003 6:21-46 spec.SecretString"]),
    ],
)
def test_a_literal_value(properties: str, expected: list[str]) -> None:
    text = f"""\
Parameters: {{Password: {{Type: String}}}}
Resources:
  Db:
    Type: AWS::SecretsManager::Secret
    Properties:
      {properties}
"""
    assert judged("t.yaml", text, "SMG003") == expected


def test_a_broken_template_is_said() -> None:
    found = contents("t.yaml", "Resources:\n  Key:\n    Type: AWS::KMS::Key\n\t  Properties: {}\n")
    assert [item.line for item in found if isinstance(item, Problem)] == [4]
