"""Tokens by their own format: first what only looks like one. `token_examples` has one for each format."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from unit.detect.scans import PARSERS, b64, found, growth, places, scan
from unit.detect.token_examples import EXAMPLES, cut, filled, masked, web_token

from sealwright.detect.token_checks import has_checksum
from sealwright.detect.token_formats import FORMATS
from sealwright.finding import Confidence, Severity

every_example = pytest.mark.parametrize(("name", "template"), EXAMPLES, ids=[template for _, template in EXAMPLES])
GITHUB = filled("ghp_{A36}")
AWS_KEY, AWS_SECRET = filled("AKIA{S16}"), filled("{A40}")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def tokens(text: str, path: str = "file.yaml") -> list[str]:
    """What is said of every known token in the text."""
    return [finding.message for finding in scan(text, path).findings if finding.rule == "known-token"]


def deployment(value: str) -> str:
    return f"kind: Deployment\nmetadata:\n  annotations:\n    # a remark\n    note: {value}\n"


@every_example
def test_too_short_is_none(name: str, template: str) -> None:
    assert not [message for message in tokens(f"x {filled(cut(template))} y\n", "notes") if message.startswith(name)]


@every_example
def test_masked_is_none(name: str, template: str) -> None:
    assert tokens(f"x {masked(template)} y\n", "notes") == []


@every_example
def test_inside_another_word_is_none(name: str, template: str) -> None:
    before, space, token = template.rpartition(" ")
    if "://" not in token and not token.startswith(("Default", "?", "ACME-")):
        assert tokens(f"x {before}{space}q{filled(token)} y\n", "notes") == []


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIA" + "A" * 16,
        "AKIA" + "ABCDEFGH" * 2,
        "ghp_" + "1234567890" * 3 + "abcdef",
        "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
        "ghp_" + "x" * 36,
        "ghp_" + "16C7e42F292c6912E7710c838347" + "Ae178B4a",
        "ghp_" + "ab" * 18,
        "ghp_" + "your" + "T" * 32,
        "glpat-" + "0" * 20,
        "xoxb-" + "123456789012-" * 2 + "abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "https://hooks.slack.com/services/",
        "hvs.<token>",
        "${GITHUB_TOKEN}",
        web_token(sub="1234567890", name="John Doe", iat=1516239022),
        web_token(sub="1234567890", name="John Doe", admin=True),
        web_token(iss="joe", exp=1300819380),
        web_token(iss="supabase", role="anon"),
        "eyJhbGciOiJIUzI1NiJ9.eyJ" + "!" * 40,
        "eyJ" + "A" * 40 + ".eyJ" + "B" * 40 + "." + "C" * 40,
        filled("eyJ{A40}.eyJ{A40}.{A43}"),
        "my-sk-ant-colony, npm_config_registry, hf_hub_cache, pul-request, dapi, xai-app, vcp_count",
        "prefix: cloudapi" + "a" * 4,
    ],
)
@pytest.mark.parametrize("path", ["file.yaml", ".env", "main.tf"])
def test_silent(text: str, path: str) -> None:
    assert tokens(deployment(f"'{text}'"), path) == []


def test_binary_text_is_none() -> None:
    """Base64 has no `_` and no `-`; formats without these must not begin in its middle."""
    for seed in range(40):
        for template in (
            "{A200}+AKIA{S16}/{A200}",
            "{A100}/dapi{H32}+{A50}",
            "{A90}/AIza{A35}+{A20}",
            "{A70}+EAAC{A120}/",
        ):
            assert tokens(deployment(filled(template, seed))) == []


@every_example
def test_found(name: str, template: str) -> None:
    token = filled(template).rpartition(" ")[2]
    text = deployment(filled(template) if ": " not in template else f"'{filled(template)}'")
    findings = [finding for finding in scan(text).findings if finding.rule == "known-token"]
    assert [finding.message for finding in findings] == [f"Deployment (no name) holds {name} in clear"], token
    (finding,) = findings
    assert (finding.location.start.line, finding.field) == (5, "metadata.annotations.note")
    assert finding.confidence is (Confidence.POSSIBLE if name == "an AWS access key" else Confidence.LIKELY)


def test_every_format_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} | {"a JSON web token", "a JSON web token under base64"} == {
        row.name for row in FORMATS
    }


@every_example
def test_every_example_has_an_anchor(name: str, template: str) -> None:
    assert any(anchor in template for row in FORMATS if row.name == name for anchor in row.anchors)


ORACLES: dict[str, type[RegexBasedDetector]] = {
    "a GitHub token": GitHubTokenDetector,
    "a GitLab token": GitLabTokenDetector,
    "a GitLab job token": GitLabTokenDetector,
    "a GitLab runner registration token": GitLabTokenDetector,
    "an Artifactory key": ArtifactoryDetector,
    "an AWS access key": AWSKeyDetector,
    "an Azure storage key": AzureStorageKeyDetector,
    "a Mailchimp key": MailchimpDetector,
    "an npm token": NpmDetector,
    "an OpenAI key": OpenAIDetector,
    "a PyPI token": PypiTokenDetector,
    "a SendGrid key": SendGridDetector,
    "a Slack token": SlackDetector,
    "a Slack webhook": SlackDetector,
    "a Square credential": SquareOAuthDetector,
    "a Stripe key": StripeDetector,
    "a Telegram bot token": TelegramBotTokenDetector,
    "a JSON web token": JwtTokenDetector,
}
UNKNOWN_THERE = (
    *("ACME-", "glffct-", "glwt-", "glrtr-", "glptt-", "glimt-", "gloas-", "glagent-"),
    *("+ASt", "svcacct-", "sk-admin-", "sq0atp-"),
)
"""Newer than detect-secrets 1.5.0, or of another kind."""


@pytest.mark.parametrize(("name", "template"), [*EXAMPLES, ("a JSON web token", web_token(sub="system:a:b"))])
def test_detect_secrets_agrees(name: str, template: str) -> None:
    if name in ORACLES and not any(part in template for part in UNKNOWN_THERE):
        token = filled(template).rpartition(" ")[2]
        line = f"//registry.example.com/:_authToken={token}" if name == "an npm token" else token
        assert list(ORACLES[name]().analyze_string(line))


@pytest.mark.parametrize(
    "path", [".env", "deploy.sh", "main.tf", "values.yaml", "kustomization.yaml", "main.go", "noending"]
)
def test_found_in_other_files(path: str) -> None:
    assert tokens(f"# {GITHUB}\n", path) == ["a GitHub token in clear"]
    assert [finding.confidence for finding in scan(f"# {GITHUB}\n", path).findings] == [Confidence.LIKELY]


@pytest.mark.parametrize("path", ["README.md", "docs/a.rst", "pkg/a_test.go", "test/main.py"])
def test_possible_only_in_documentation_and_tests(path: str) -> None:
    assert [finding.confidence for finding in scan(f"see `{GITHUB}`\n", path).findings] == [Confidence.POSSIBLE]


def checked(prefix: str) -> str:
    """A token whose last six characters are the checksum of those before."""
    body = filled("{A30}")
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = DIGITS[digit] + digits
    return f"{prefix}{body}{digits}"


@pytest.mark.parametrize("prefix", ["ghp_", "gho_", "npm_"])
def test_a_checksum_that_is_right_makes_it_certain(prefix: str) -> None:
    token = checked(prefix)
    assert has_checksum(token)
    assert not has_checksum(token[:-1] + ("0" if token[-1] != "0" else "1"))
    for path in ("a.yaml", "README.md"):
        assert [finding.confidence for finding in scan(f"# {token}\n", path).findings] == [Confidence.CERTAIN]


def test_the_checksum_is_as_github_makes_it() -> None:
    """The body is from a public example of the checksum."""
    assert has_checksum("ghp_" + "zQWBuTSOoRi4A9spHcVY5n" + "cnsDkxkJ" + "0mLq17")


@pytest.mark.parametrize(
    ("text", "confidences"),
    [
        (f"a: {AWS_KEY}\n", ["possible"]),
        (f"a: {AWS_KEY}\nb: {AWS_SECRET}\n", ["likely", "likely"]),
        (f"b: {AWS_SECRET}\na: {AWS_KEY}\n", ["likely", "likely"]),
        (f"a: {AWS_KEY}\n{'# far away' * 40}\nb: {AWS_SECRET}\n", ["possible"]),
        (f"a: {AWS_KEY}\nb: {'0a1b9c8d7e6f5a4b3c2d' * 2}\n", ["possible"]),
        (f"a: {AWS_KEY}\nb: {filled('{H40}')}\n", ["possible"]),
        (f"b: {AWS_SECRET}\n", []),
    ],
)
def test_an_aws_key_has_two_parts(text: str, confidences: list[str]) -> None:
    findings = [finding for finding in scan(text, "notes").findings if finding.rule == "known-token"]
    assert [finding.confidence.value for finding in findings] == confidences


def test_a_test_key_is_less_severe() -> None:
    severities = [
        scan(f"a: {filled(key)}\n", "notes").findings[0].severity for key in ("sk_live_{A24}", "sk_test_{A24}")
    ]
    assert severities == [Severity.HIGH, Severity.MEDIUM]


JWT = web_token(iss="kubernetes/serviceaccount", sub="system:serviceaccount:a:b")


@pytest.mark.parametrize("token", [JWT, b64(JWT), web_token(sub="system:serviceaccount:foo", name="John Doe")])
def test_web_tokens(token: str) -> None:
    assert len(tokens(deployment(token))) == 1
    assert places(deployment(token)) == [token]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        (deployment(f'"{GITHUB}"'), f'"{GITHUB}"', 5),
        (deployment(f"'see {GITHUB}, please'"), GITHUB, 5),
        (deployment(f'"ghp\\x5f{GITHUB[4:]}"'), f'"ghp\\x5f{GITHUB[4:]}"', 5),
        (f"kind: ConfigMap\ndata:\n  a: |\n    one\n    two {GITHUB}\n", GITHUB, 5),
        (f"kind: ConfigMap\n# {GITHUB}\ndata: {{}}\n", GITHUB, 2),
        (f"kind: ConfigMap\ndata: {{a: [{GITHUB}]}}\n", GITHUB, 2),
        (f'{{"kind": "ConfigMap", "data": {{"a": "x\\n{GITHUB}\\n"}}}}\n', GITHUB, 1),
    ],
)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_the_place_is_the_token_or_the_scalar_that_is_one(text: str, place: str, line: int, libyaml: bool) -> None:
    hits = [(rule, where) for rule, _, where in found(text, libyaml=libyaml) if rule in {"known-token", "comment"}]
    assert [where for _, where in hits] == [line]
    assert places(text, libyaml=libyaml) == [place]


@pytest.mark.parametrize(
    "text",
    [
        f"kind: Secret\nstringData:\n  a: {GITHUB}\n",
        f"kind: Secret\ndata:\n  a: {b64(GITHUB)}\n",
        f"kind: ConfigMap\ndata:\n  GITHUB_TOKEN: {GITHUB}\n",
        f"kind: GitRepository\nspec:\n  url: https://{GITHUB}@github.com/a/b\n",
        f"kind: ConfigMap\ndata:\n  url: https://bot:{GITHUB}@github.com/a/b\n",
    ],
)
def test_what_another_rule_reports_is_not_a_second_finding(text: str) -> None:
    assert len(found(text)) == 1
    assert tokens(text) == []


@pytest.mark.parametrize("anchor", [row.anchors[0] for row in FORMATS if len(row.leads) > 1 or row.name[-3:] == "ken"])
def test_time_grows_with_the_length(anchor: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = f"{(anchor * size)[: size // 2]}{(filled('{A40}') + anchor) * (size // 80)}"
        return lambda: scan(text.encode(), "a.txt")

    assert growth(work, 8_000) < 9
