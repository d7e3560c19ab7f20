"""Private keys in any text: first what only looks like one."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.detect.scans import b64, found, growth, places, scan

from sealwright.finding import Severity

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"


def pem(label: str, body: str = BODY) -> str:
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"


KEY = pem("PRIVATE KEY")
AGE = "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2


@pytest.mark.parametrize(
    "text",
    [
        pem("CERTIFICATE"),
        pem("PUBLIC KEY"),
        pem("RSA PUBLIC KEY"),
        pem("PGP PUBLIC KEY BLOCK"),
        b64(pem("CERTIFICATE")),
        "the line -----BEGIN PRIVATE KEY----- starts a key\n",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n<your key>\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "AGE-SECRET-KEY-1...",
        "PRIVATE KEY",
    ],
)
def test_silent(text: str) -> None:
    assert found(text, "notes.md") == []


@pytest.mark.parametrize(
    "text",
    [
        *(pem(f"{label}PRIVATE KEY") for label in ("", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ")),
        pem("PGP PRIVATE KEY BLOCK", f"Version: GnuPG v2\n\n{BODY}"),
        pem("RSA PRIVATE KEY", f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,ABCD\n\n{BODY}"),
        KEY.replace("\n", "\r\n"),
        KEY.replace("\n", "\n      "),
        f'"{KEY}"'.replace("\n", "\\n"),
        f'"{KEY}"'.replace("\n", "\\\\n"),
        KEY.replace("\n", '\\n" +\n  "'),
        KEY.replace("PRIVATE KEY", "PRIVATE\n  KEY"),
        KEY.partition("-----END")[0],
        b64(KEY),
        b64(pem("CERTIFICATE") + KEY),
        "\n".join(b64(KEY)[start : start + 64] for start in range(0, 200, 64)),
        AGE,
    ],
)
def test_found(text: str) -> None:
    assert [rule for rule, _, _ in found(text, "notes.md")] == ["private-key"]


def test_a_passphrase_makes_it_less_severe() -> None:
    for text in (pem("ENCRYPTED PRIVATE KEY"), pem("RSA PRIVATE KEY", f"Proc-Type: 4,ENCRYPTED\n\n{BODY}")):
        assert [finding.severity for finding in scan(text, "a.pem").findings] == [Severity.MEDIUM]
    assert [finding.severity for finding in scan(KEY, "a.pem").findings] == [Severity.HIGH]


def test_the_place_is_the_whole_key() -> None:
    assert places(f"before\n{KEY}after\n{KEY}", "a.pem") == [KEY.strip(), KEY.strip()]


def test_a_key_in_a_reported_value_is_not_a_second_finding() -> None:
    text = f"kind: Secret\nstringData:\n  a: |\n    {KEY.replace(chr(10), chr(10) + '    ')}\nb: {AGE}\n"
    assert [rule for rule, _, _ in found(text)] == ["secret-string-data", "private-key"]


@pytest.mark.parametrize(
    "pattern",
    ["-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n" + "ab: ab: " * 50, " ", "\n", "A ",
     "-----BEGIN PRIVATE KEY-----\n" + BODY, "ab: c\n", "\\n", "LS0tLS1CRUdJTi", "LS0tLS1CRUdJTi" + "A" * 60 + "\n", "A"],
)  # fmt: skip
def test_time_grows_with_the_length(pattern: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = f"-----BEGIN PRIVATE {(pattern * size)[:size]}"
        return lambda: scan(text.encode(), "a.txt")

    assert growth(work, 60_000) < 9


@pytest.mark.parametrize("dots", ["...", "[...]", "    ....", "\u2026"])
def test_a_key_with_its_middle_left_out_is_documentation(dots: str) -> None:
    line = "MIIEogIBAAKCAQEAvLYcyu8f3skuRyUgeeNpeDvYBCDcgq"
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{line}\n{dots}\n{line}\n-----END RSA PRIVATE KEY-----\n"
    assert found(text) == []
    assert len(found(text.replace(f"{dots}\n", ""))) == 1
