"""What is public by nature, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.detect.scans import growth

from sealwright.detect.public import is_public, is_public_field


def block(label: str, body: str = "MIIDGzCCAgOgAwIBAgIUKc9d48gR84Oo") -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


CERTIFICATE = block("CERTIFICATE")
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0XbCq"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# a comment only",
        "hunter2",
        block("PRIVATE KEY"),
        block("RSA PRIVATE KEY"),
        CERTIFICATE + block("PRIVATE KEY"),
        block("PRIVATE KEY") + CERTIFICATE,
        CERTIFICATE + "hunter2\n",
        "hunter2\n" + CERTIFICATE,
        CERTIFICATE + "-----BEGIN PRIVATE KEY-----\nMIIE",
        "-----BEGIN CERTIFICATE-----\nhunter2!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIID",
        block("OPENSSH PRIVATE KEY"),
        "ssh-rsa hunter2",
        "ssh-rsa",
        f"ssh-ed25519 {KEY}\nhunter2",
    ],
)
def test_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "text",
    [
        CERTIFICATE,
        CERTIFICATE * 3,
        CERTIFICATE.replace("\n", "\r\n"),
        "subject=CN = a\nissuer=CN = b\n" + CERTIFICATE,
        "# root\n" + CERTIFICATE,
        block("PUBLIC KEY"),
        block("RSA PUBLIC KEY"),
        block("CERTIFICATE REQUEST"),
        block("X509 CRL"),
        block("DH PARAMETERS"),
        block("PGP PUBLIC KEY BLOCK", "Version: GnuPG v2\n\nmQENBF\n=abcd"),
        f"ssh-ed25519 {KEY}",
        f"ssh-rsa {KEY} me@example.com\n# comment\n\necdsa-sha2-nistp256 {KEY}\n",
        f"github.com ssh-ed25519 {KEY}",
        f"[example.com]:22,192.0.2.1 ssh-ed25519 {KEY}",
        f"|1|abc=|def= ssh-ed25519 {KEY}",
        f"@cert-authority *.example.com ssh-ed25519 {KEY}",
        f'command="a b",no-pty ssh-ed25519 {KEY} me',
        f"sk-ssh-ed25519@openssh.com {KEY}",
    ],
)
def test_public(text: str) -> None:
    assert is_public(text)


def test_only_a_namespace_is_public_by_its_name() -> None:
    assert is_public_field("namespace", "shop\n")
    assert not is_public_field("namespace", "Hunter2!")
    assert not is_public_field("password", "shop")


@pytest.mark.parametrize(
    "pattern",
    [
        "-----BEGIN ",
        "-----BEGIN A-----",
        "-----BEGIN A-----A ",
        "-----BEGIN A-----\nAb: c\n",
        "a",
        '"',
        "ssh-rsa AAAA",
        " ",
    ],
)
def test_time_grows_with_the_length(pattern: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = (pattern * size)[:size]
        return lambda: (is_public(text), is_public(f"-----BEGIN CERTIFICATE-----\n{text}"))

    assert growth(work, 50_000) < 9
