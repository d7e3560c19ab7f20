"""Which values are no secret. First what must not pass for a placeholder: a leak that is not reported is the worse error."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.detect.scans import growth

from sealwright.detect import placeholder
from sealwright.detect.placeholder import is_placeholder, is_reference
from sealwright.manifest.nodes import FILL

REAL = [
    "https://ghp_AAAAAAAAbbbbb9AAAA@github.com/${ORG}/r.git",
    "https://0123456789abcdef0123456789abcdef@sentry.io/${PROJECT}",
    "username=ghp_AAAAAAAAbbbbb9AAAA password=${X}",
    "${PRE}-correcthorsebatterystaple",
    "sm:hunter2xyz",
    "keeper:hunter2xyz",
    "<hunter2xyz9>",
    "hunter2",
    "password",
    "changeme123",
    "changeme-s3cret9",
    "change",
    "example",
    "your",
    "here",
    "x",
    "to-be-or-not-to-be",
    "correct horse battery staple",
    "0",
    "true",
    "S3cr3t!<>",
    "$1$salt$hash",
    "$ecret",
    "pa$$word",
    "${VAR:-realdefault}",
    "${VAR:-hunter2}",
    "${VAR-hunter2}",
    "${A:-${B:-hunter2}}",
    "${A:-${B}hunter2}",
    "${VAR",
    "prefix-${VAR}",
    "hunter2-${VAR}",
    "${VAR}hunter2",
    "${VAR}-Sup3r",
    "{{ .Values.a }}hunter2",
    "hunter2{{ .Values.a }}",
    f"hunter2{FILL}",
    f"{FILL}Sup3r",
    "postgres://app:hunter2@${HOST}/db",
    "postgres://app:hunter2${X}@db/app",
    "postgres://${USER}:hunter2@db/app",
    "postgres://app:${PASS}@db/app hunter2",
    "https://example.com/hook?token=hunter2&x=${X}",
    "https://hooks.example.com/services/T0A1B2C3D4E5F6G7H8I9/${X}",
    "host=db password=hunter2 user=${USER}",
    '{"username": "${USER}", "password": "hunter2"}',
    "password: ${A}\ntoken: hunter2",
    "see op://vault/item/field for hunter2",
    "op://vault/item/field hunter2",
    "op://short",
    "ref+hunter2",
    "vault: hunter2",
    "ENC[foo]",
    "ENC[A,hunter2]",
    "ENC[AES256_GCM,hunter2]",
    "my ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str] text",
    "-----BEGIN PGP MESSAGE-----\nhunter2",
    "-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\nhunter2",
    "$ANSIBLE_VAULT;1.1;AES256\n6162\nhunter2",
    "enc:v1:hunter2",
]


@pytest.mark.parametrize("value", REAL)
def test_not_a_placeholder(value: str) -> None:
    assert not is_placeholder(value)
    assert not is_reference(value)


LATER = [
    "CHANGEME", "changeme", "change-me", "Change me!", "change_me_in_production", "REPLACE_ME", "replace-with-your-token",
    "replace this", "your-password-here", "YOUR_TOKEN", "insert-your-key", "enter_the_password", "password-goes-here",
    "to-be-replaced", "to be filled by the operator", "todo", "tbd", "fixme", "REDACTED", "[redacted]", "placeholder",
    "password-placeholder", "dummy", "not-used", "unused", "none", "null", "n/a", "xxx", "XXXXXX", "****", "...", "---",
    "\u2026", "\u2022\u2022\u2022\u2022", '"changeme"', " changeme\n", "injected by the operator",
]  # fmt: skip
REFERENCES = [
    "${VAR}", "${var.db.password}", "${module.db[0].password}", '${var.all["x"]}', "${VAR:-}", "${VAR:=}", '${VAR:-""}',
    "${VAR:-changeme}", "${VAR:?is not set}", "${A:-${B}}", "${A:-${B:-${C}}}", "${VAR^^}", "${VAR/a/b}", "${VAR:0:8}",
    "${VAR#x}", "${env:TOKEN}", "${file:/run/secrets/a:b}", "${secrets:ns/name:key}", "$(TOKEN)", "$TOKEN",
    "<your-key-1>", "<token>", "https://git@${HOST}/a.git",
    "{{ .Values.token }}", "{{ a }}-{{ b }}", "{% if x %}{{ y }}{% endif %}", "<% x %>", "<%= ENV['X'] %>", "<< inputs.x >>",
    "#{TOKEN}#", "#{TOKEN}", "((token))", "<path:avp/data/x#key>", "<path:avp/data/x#key | base64encode>", "<your token>",
    "__TOKEN__", "@TOKEN@", "@@TOKEN@@", "%TOKEN%", "op://vault/item/field", "op://My Vault/item/section/field",
    "ref+vault://secret/a#/b", "secretref+vault://secret/a#/b", "vault:secret/data/a#B", ">>vault:secret/data/a#B",
    "vault:secret/data/a#${.b}", "ssm:/prod/a", "awssm://prod/a", "gcpsm:projects/x/secrets/y", "akeyless:/a/b",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a", "@Microsoft.KeyVault(SecretUri=https://x)",
    "ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]", "ENC[PKCS7,MIIBiQYJKoZIhvcNAQcDoIIBejCCAXYC]",
    "{cipher}AQB12cd34ef", "$ANSIBLE_VAULT;1.1;AES256\n61626364\n65666768\n",
    "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVu\n-----END AGE ENCRYPTED FILE-----\n", FILL * 5, f"{FILL}-{FILL}",
]  # fmt: skip
MIXED = [
    "postgres://user:${PASS}@host/db", "postgres://${USER}:${PASS}@${HOST}:5432/app?sslmode=disable",
    "jdbc:postgresql://${HOST}:5432/app", "redis://:${PASS}@redis:6379/0", "https://${HOST}/api/v1", "${URL}/path",
    f"amqp://app:{FILL}@rabbit", "${CLUSTER}-postgresql", "${NAME}.default.svc:5432", f"{FILL}-postgresql",
    "Bearer ${TOKEN}", "Basic {{ .auth }}", "host=db user=app password=${PASS} sslmode=disable",
    "[default]\naws_access_key_id = ${ID}\naws_secret_access_key = ${KEY}\nregion = eu-west-1",
    '{"auths": {"ghcr.io": {"username": "app", "password": "${TOKEN}"}}}', "password: ${PASS}\nhost: db.example.com\n",
    "DB_USER=${A}\nDB_PASSWORD=${B}",
]  # fmt: skip


@pytest.mark.parametrize("value", ["", " ", "\n", '""', "''", *LATER])
def test_a_word_for_later(value: str) -> None:
    assert is_placeholder(value)
    assert not is_reference(value)


@pytest.mark.parametrize("value", [*REFERENCES, *MIXED])
def test_a_reference(value: str) -> None:
    assert is_placeholder(value)
    assert is_reference(value)


@pytest.mark.parametrize(
    "pattern",
    [
        "a", "-", "${", "${a", "${a:-", "${a:-${", "{{", "}}", "{{ }}", "<<", "[[", "((a", "<path:", "<", "change me ",
        "a here ", "your a", "a=b ", "a:", "[a", "a.", "${A}-a", "${A}=", "a://", "a://a:", "${A}://", "x=${A} ", " ",
        "key=", '"a":{', "op://a/", "ENC[AES256_GCM,data:,", "$ANSIBLE_VAULT;1\n", "-----BEGIN PGP MESSAGE-----", "aZ0_",
    ],
)  # fmt: skip
def test_time_grows_with_the_length(pattern: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = (pattern * size)[:size]
        return lambda: (is_placeholder(text), is_placeholder(f"{text}${{A}}"), is_placeholder(f"${{A}}{text}"))

    assert growth(work, 15_000) < 9


@given(st.from_regex(placeholder._LATER.compiled, fullmatch=True))
def test_every_word_for_later_has_one_of_the_stems(text: str) -> None:
    assert any(stem in text.lower() for stem in placeholder._STEMS)
