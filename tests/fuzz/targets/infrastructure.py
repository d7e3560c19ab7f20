"""Terraform, CloudFormation and values of charts: subjects with places, or a problem; rules judge them, too."""

from __future__ import annotations

import json

from fuzz.held import CANARY, hold_no_value, texts_of
from fuzz.manifests import VALUES
from fuzz.targets.objects import rules

from sealwright.finding import Problem
from sealwright.manifest.source import decode
from sealwright.policy.infrastructure.reader import infrastructure_contents, is_infrastructure
from sealwright.policy.judging import judge

HCL = f"""\
# why
locals {{
  days = var.long ? 30 : 7
  names = [for n in ["a", "b"] : upper(n) if n != ""]
}}
variable "long" {{
  type = bool
  default = false
}}
resource "aws_kms_key" "main" {{
  enable_key_rotation     = true
  deletion_window_in_days = local.days
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Principal = "*", Action = ["kms:*"], Resource = "*" }}] }})
  tags = merge({{ a = "x${{var.long}}" }}, {{}})
}}
resource "aws_eks_cluster" "main" {{
  name = "a"
  encryption_config {{
    provider {{ key_arn = aws_kms_key.main.arn }}
    resources = ["secrets"]
  }}
}}
data "aws_iam_policy_document" "x" {{
  statement {{
    actions = ["secretsmanager:GetSecretValue"]
    resources = ["*"]
  }}
}}
resource "kubernetes_secret" "db" {{
  data = {{ password = "{CANARY}" }}
}}
output "x" {{
  value = <<-EOT
    text ${{local.days}}
  EOT
}}
"""
CLOUD = f"""\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: !If [Long, true, !Ref Parameter]
      KeyPolicy: {{Statement: [{{Effect: Allow, Principal: "*", Action: "kms:*", Resource: !Sub "${{A}}-x"}}]}}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {{SecretString: {CANARY}, KmsKeyId: !GetAtt Key.Arn, Name: !Join ["", [a, b]]}}
Conditions: {{Long: !Equals [a, b]}}
Parameters: {{Parameter: {{Type: String, Default: x}}}}
"""
AS_JSON = json.dumps(
    {"resource": {"aws_kms_key": {"main": {"enable_key_rotation": "${var.x}"}}}, "variable": {"x": {}}}
)
PATHS = ("main.tf", "main.tf.json", "stack.yaml", "external-secrets-values.yaml")
SEEDS = tuple(bytes([number]) + text.encode() for number, text in enumerate((HCL, AS_JSON, CLOUD, VALUES)))
WORDS = tuple(
    word.encode()
    for word in (
        *(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "=",
            '"',
            "${",
            "%{",
            "<<EOT\n",
            "EOT\n",
            "\n",
            "#",
            "//",
            "/*",
            "*/",
            "? x : y",
        ),
        *("[for a in b : a]", "{for k, v in x : k => v}", "...", "var.x", "local.days", "each.key", "count.index", "."),
        *('resource "a" "b" {\n', "dynamic", "null", "true", "1e999", "\\", "\\u0041", "$${", "jsonencode(", "merge("),
        *(
            "!Ref x",
            "!Sub ",
            "!If [",
            "Fn::If:",
            "!GetAtt a.b",
            "Type: AWS::KMS::Key\n",
            "Properties:\n",
            "AWS::",
            "é",
            "\x00",
        ),
    )
)


def run(data: bytes) -> None:
    path, content = PATHS[data[0] % len(PATHS)] if data else PATHS[0], data[1:]
    source = decode(path, content)
    is_infrastructure(path, content)
    for item in infrastructure_contents(source):
        if isinstance(item, Problem):
            hold_no_value(texts_of(item), content)
            continue
        for violation in judge(item, rules()):
            hold_no_value([violation.blame.error, violation.blame.detail], content)
            for blamed in violation.blame.paths:
                place = item.where(blamed)
                assert place.start <= place.end
