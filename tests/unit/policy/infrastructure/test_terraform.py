"""Terraform as rules see it: values that are known, values that are not, and the places of both."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.policy.infrastructure.judged import contents, judged, specs

from sealwright.finding import Problem
from sealwright.policy.infrastructure.unknown import UNKNOWN, has_unknown
from sealwright.policy.subject import Subject

ROTATED = "  enable_key_rotation = true\n"
ENCODED = '{ Effect = "Allow", Principal = "*", Action = "kms:*" }'
WRITTEN = '{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "kms:*"}'
KEY = 'resource "aws_kms_key" "main" {\n%s\n}\n'


def value(expression: str, before: str = "", **others: str) -> object:
    """What one attribute of a resource is worth."""
    return specs("main.tf", f'{before}\nresource "x_y" "a" {{\n  v = {expression}\n}}\n', **others)["a"].get("v")


@pytest.mark.parametrize(
    "expression",
    [
        "var.none",
        "var.nothing",
        "local.none",
        "local.circle",
        "module.kms.arn",
        "each.value",
        "var.none ? true : false",
        "[for x in var.none : x]",
        "aws_kms_key.all[*].arn",
        'file("policy.json")',
        "merge(var.none, { a = 1 })",
        "!var.none",
        "var.none == true",
        '"${var.none}"',
        "try(var.none, true)",
        "path.module",
    ],
)
def test_what_nobody_knows_before_it_is_applied_is_no_value(expression: str) -> None:
    before = 'variable "none" {}\nvariable "nothing" {\n  default = null\n}\nlocals {\n  circle = local.circle\n}'
    assert value(expression, before) is UNKNOWN


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("null", None),
        ("true", True),
        ("-1", -1),
        ("1.5", 1.5),
        (r'"a\n\"b\"\u0041$${c}"', 'a\n"b"A${c}'),
        ('["a", 2, ]', ["a", 2]),
        ('{ a = 1, "b" : "c" }', {"a": 1, "b": "c"}),
        ("var.on", True),
        ("local.deep.list[1]", "two"),
        ("var.on && !false ? 30 : 7", 30),
        ("var.on || var.none", True),
        ("1 + 2 * 3 >= 7", True),
        ('"${local.name}-key"', "shop-key"),
        ('"${aws_kms_key.main.arn}"', "${aws_kms_key.main.arn}"),
        ("aws_kms_key.main[0].arn", "${aws_kms_key.main.0.arn}"),
        ('"arn:aws:s3:::${var.none}/*"', "arn:aws:s3:::${...}/*"),
        ('jsonencode({ a = ["b"] })', {"a": ["b"]}),
        ("merge({ a = 1 }, { b = local.name })", {"a": 1, "b": "shop"}),
        ('concat(["a"], ["b"])', ["a", "b"]),
        ('<<-EOT\n    {"a": "${var.none}"}\n  EOT', {"a": "${var.none}"}),
        ("<<EOT\nplain\nEOT", "plain\n"),
        ('var.none ? local.name : "shop"', "shop"),
    ],
)
def test_what_is_written_is_known(expression: str, expected: object) -> None:
    before = (
        'variable "none" {}\nvariable "on" {\n  default = true\n}\n'
        'locals {\n  name = "shop"\n  deep = { list = ["one", "two"] }\n}'
    )
    assert value(expression, before) == expected


def test_other_files_of_the_folder_and_values_files_count() -> None:
    variables = 'variable "days" {\n  default = 30\n}\nvariable "on" {\n  default = false\n}'
    assert value("[var.days, var.on]", variables_tf=variables, prod_tfvars="on = true\n") == [30, True]


def test_a_line_may_end_before_an_arrow() -> None:
    text = 'resource "x_y" "a" {\n  v = { for k in var.a : k\n    => 1 }\n  w = 2\n}\n'
    (found,) = contents("main.tf", text)
    assert isinstance(found, Subject)
    assert found.value["spec"]["w"] == 2
    assert found.where(("spec", "w")).start == (4, 7)


def test_nested_blocks_are_lists_and_dynamic_ones_are_as_many_as_there_are_items() -> None:
    text = """
resource "x_y" "a" {
  rule { days = 1 }
  rule { days = 2 }
  dynamic "known" {
    for_each = ["u", "v"]
    content { region = known.value }
  }
  dynamic "unknown" {
    for_each = var.regions
    content { region = unknown.value }
  }
}
resource "x_y" "off" {
  count = 0
}
"""
    found = specs("main.tf", text)
    assert found.keys() == {"a"}
    assert found["a"]["rule"] == [{"days": 1}, {"days": 2}]
    assert found["a"]["known"] == [{"region": "u"}, {"region": "v"}]
    assert found["a"]["unknown"] is UNKNOWN


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("  enable_key_rotation = true", []),
        ("  enable_key_rotation = var.rotate", []),
        ('  customer_master_key_spec = "RSA_2048"', []),
        ("  enable_key_rotation = false", ["KMS001 2:25-30 spec.enable_key_rotation"]),
        ('  description = "x"', ["KMS001 1:24-30 spec.enable_key_rotation"]),
        (
            '  enable_key_rotation     = true\n  deletion_window_in_days = "${3 + 4}"',
            ["KMS002 3:29-39 spec.deletion_window_in_days"],
        ),
        (
            f"{ROTATED}  policy = jsonencode({{\n    Statement = [{ENCODED}]\n  }})",
            ["KMS003 4:50-53 spec.policy.Statement[0].Principal"],
        ),
        (
            f'{ROTATED}  policy = <<E\n{{"Statement": [\n  {WRITTEN}\n]}}\nE',
            ["KMS003 5:45-48 spec.policy.Statement[0].Principal.AWS[0]"],
        ),
    ],
)
def test_a_key_is_judged_at_the_very_place(body: str, expected: list[str]) -> None:
    assert judged("main.tf", KEY % body) == expected


def test_carriage_returns_and_marks_do_not_shift_places() -> None:
    text = (KEY % "  # ü\n  enable_key_rotation = false").replace("\n", "\r\n")
    assert judged("main.tf", text) == ["KMS001 3:25-30 spec.enable_key_rotation"]


def test_policy_documents_are_resolved() -> None:
    text = """
data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["%s"]
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.provider]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.issuer}:%s"
      values   = ["system:serviceaccount:shop:api"]
    }
  }
}
resource "aws_iam_role" "api" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_policy" "api" {
  policy = data.aws_iam_policy_document.read.json
}
"""
    assert judged("main.tf", text % ("arn:aws:secretsmanager:*:1:secret:shop/*", "sub")) == []
    assert judged("main.tf", text % ("*", "aud")) == [
        "IAM001 26:12-50 spec.policy.Statement[0].Resource[0]",
        "IAM002 23:24-63 spec.assume_role_policy.Statement[0].Condition",
    ]


def test_statements_from_elsewhere_leave_it_open() -> None:
    text = """
data "aws_iam_policy_document" "read" {
  source_policy_documents = [var.more]
  statement {
    actions   = ["%s"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "api" {
  policy = data.aws_iam_policy_document.read.json
}
"""
    assert judged("main.tf", text % "s3:GetObject") == []
    assert [line[:6] for line in judged("main.tf", text % "ssm:GetParameter")] == ["IAM001"]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("", []),
        ("encryption_config = {}", []),
        ("encryption_config = var.encryption", []),
        ('cluster_encryption_config = [{ provider_key_arn = "x", resources = ["secrets"] }]', []),
        ("create_kms_key = false\n  encryption_config = { provider_key_arn = module.kms.key_arn }", []),
        ("encryption_config = null", ["EKS001 3:23-27 spec.encryption_config"]),
        ("cluster_encryption_config = {}", ["EKS001 3:3-28 spec.cluster_encryption_config"]),
        ("create_kms_key = false", ["EKS001 3:20-25 spec.create_kms_key"]),
        ('enabled_log_types = ["api"]', ["EKS002 3:3-20 spec.enabled_log_types"]),
    ],
)
def test_calls_of_the_eks_module(inputs: str, expected: list[str]) -> None:
    text = 'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n  %s\n}\n'
    assert judged("main.tf", text % inputs) == expected


SECRET = 'resource "aws_secretsmanager_secret_version" "db" {\n  secret_string = %s\n}\n'


@pytest.mark.parametrize(
    "expression",
    [
        "random_password.db.result",
        "var.password",
        'jsonencode({ username = "shop", password = random_password.db.result })',
        "jsonencode({ password = var.password })",
        '"postgres://shop:${random_password.db.result}@db"',
        '"CHANGE_ME"',
        '""',
        'data.aws_kms_secrets.db.plaintext["password"]',
    ],
)
def test_a_value_from_elsewhere_is_no_literal(expression: str) -> None:
    assert judged("main.tf", SECRET % expression, "SMG003") == []


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ('"hunter2"', "2:19-28 spec.secret_string"),
        ('jsonencode({ username = "shop", password = "hunter2" })', "2:62-71 spec.secret_string.password"),
        ("local.password", "2:19-33 spec.secret_string"),
    ],
)
def test_a_literal_is_found_where_it_is_used(expression: str, place: str) -> None:
    text = SECRET % expression + 'locals {\n  password = "hunter2"\n}\n'
    assert judged("main.tf", text, "SMG003") == [f"SMG003 {place}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('resource "x_y" "a" {\n  v = \n}\n', 2),
        ('resource "x_y" "a" {\n  v = "open\n}\n', 1),
        ('resource "x_y" "a" {\n  v = 1\n', 1),
        ("\n}\n", 2),
        ('resource "x_y" "a" {\n  v = [1, 2\n}\n', 3),
        ("what is this\n", 1),
    ],
)
def test_what_is_broken_is_said_and_hides_nothing_else(text: str, line: int) -> None:
    found = contents("main.tf", text + 'resource "x_y" "b" {\n  v = 1\n}\n')
    assert [item.line for item in found if isinstance(item, Problem)] == [line]
    assert [item.ref.name for item in found if isinstance(item, Subject)] == ["b"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='ab{}[]()"$%=<>\n#/*.,:?!\\ 1', max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    whole = KEY % f"  a = {text}" + KEY % "  enable_key_rotation = true"
    for item in contents("main.tf", whole):
        if isinstance(item, Subject):
            assert item.where(("spec", "a")).start.line >= 1


def test_json_says_the_same() -> None:
    content = {
        "resource": {
            "aws_kms_key": {"main": {"enable_key_rotation": False}, "other": {"enable_key_rotation": "${var.x}"}}
        },
        "module": {"eks": {"source": "terraform-aws-modules/eks/aws", "encryption_config": None}},
    }
    assert judged("main.tf.json", json.dumps(content, indent=1)) == [
        "EKS001 15:25-29 spec.encryption_config",
        "KMS001 5:28-33 spec.enable_key_rotation",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'resource "a_b" "c" {\n' * 1000,
        'resource "a_b" "c" {\n x = ' + "[" * 2000 + "]" * 2000 + "\n}\n",
        'resource "a_b" "c" {\n' + "x {\n" * 2000 + "}\n" * 2000 + "}\n",
        'resource "a_b" "c" {\n x = "' + '${"' * 200 + '"}' * 200 + '"\n}\n',
    ],
    ids=["open", "lists", "blocks", "templates"],
)
def test_hostile_texts_end_as_a_few_problems(text: str) -> None:
    found = contents("main.tf", text)
    assert 0 < len(found) < 10
    assert all(isinstance(item, Problem) for item in found)


DOUBLING = {
    "texts": ('"xxxxxxxxxx"', '"${local.a%d}${local.a%d}"'),
    "lists": ('["x"]', "concat(local.a%d, local.a%d)"),
    "nested lists": ('["x"]', "[local.a%d, local.a%d]"),
    "numbers": ("999999999", "local.a%d * local.a%d"),
}


@pytest.mark.parametrize("case", DOUBLING)
def test_definitions_that_double_each_other_come_to_an_end(case: str) -> None:
    first, later = DOUBLING[case]
    lines = "".join(f"  a{number + 1} = {later % (number, number)}\n" for number in range(30))
    text = f'locals {{\n  a0 = {first}\n{lines}}}\nresource "a_b" "c" {{\n  x = local.a30\n  y = local.a1\n}}\n'
    found = specs("main.tf", text)["c"]
    assert len(str(found["x"])) < 1_000_000
    assert not has_unknown(found["y"])


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999", f"{'9' * 400} / 3", f"{'9' * 400} * 1.5"])
def test_numbers_that_no_program_holds_are_no_crash(number: str) -> None:
    assert "x" in specs("main.tf", f'resource "a_b" "c" {{\n  x = {number}\n}}\n')["c"]
