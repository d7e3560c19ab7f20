"""Certificates in files: however a manifest writes them, and whatever only looks like one."""

from __future__ import annotations

import base64
import json
import textwrap
from datetime import datetime, timezone

import pytest

from sealwright.config import Cluster, Config
from sealwright.inventory.model import Certificate
from sealwright.manifest.places import Places
from sealwright.run.inventory.certificates import Certificates, sealing_keys
from sealwright.sealing.keys import generate_keypair
from sealwright.sealing.public_certificate import read_certificate

_, PEM = generate_keypair(bits=2048, now=datetime(2026, 1, 1, tzinfo=timezone.utc), days=10)
TEXT = PEM.decode()
CODED = base64.b64encode(PEM).decode()


def found(path: str, text: str, config: Config = Config()) -> tuple[Certificate, ...]:  # noqa: B008 - immutable
    certificates = Certificates()
    certificates.look(path, text.encode())
    return certificates.all(config, Places(None), ())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.pem", ""),
        ("a.pem", TEXT.replace("MII", "MIJ")),
        ("a.pem", TEXT.replace("-----END CERTIFICATE-----", "")),
        ("a.pem", TEXT.replace("CERTIFICATE", "PRIVATE KEY")),
        ("a.yaml", f"tls.crt: {CODED[:200]}\n"),
        ("a.go", TEXT),
        ("a.md", f"```\n{TEXT}```\n"),
    ],
)
def test_what_is_none(path: str, text: str) -> None:
    assert found(path, text) == ()


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.pem", TEXT, 1),
        ("a.crt", f"Subject: x\n\n{TEXT}", 3),
        ("a.pem", TEXT.replace("\n", "\r\n"), 1),
        ("a.yaml", f"data:\n  tls.crt: {CODED}\n", 2),
        ("a.yaml", f"data:\n  x.crt: |\n{textwrap.indent(TEXT, '    ')}", 3),
        ("a.json", json.dumps({"x": TEXT}), 1),
    ],
)
def test_where_it_stands(path: str, text: str, line: int) -> None:
    (only,) = found(path, text)
    read = read_certificate(PEM)
    assert read is not None
    assert (only.fingerprint, only.key) == (read.fingerprint, read.key)
    assert (only.begins, only.expires, only.algorithm, only.bits) == ("2025-12-31", "2026-01-11", "RSA", 2048)
    assert only.location.start.line == only.location.end.line == line


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_its_place_ends_where_its_first_line_ends(newline: str) -> None:
    (only,) = found("a.pem", TEXT.replace("\n", newline))
    assert only.location.end == (1, len("-----BEGIN CERTIFICATE-----") + 1)


@pytest.mark.parametrize(
    ("path", "text", "purpose"),
    [
        ("tls.pem", TEXT, "tls"),
        ("ca.pem", TEXT, "ca"),
        ("webhook.yaml", f"caBundle: {CODED}\n", "ca"),
        ("secret.yaml", f"ca.crt: {CODED}\n", "ca"),
        ("cascade.yaml", f"tls.crt: {CODED}\n", "tls"),
    ],
)
def test_what_it_is_for(path: str, text: str, purpose: str) -> None:
    (only,) = found(path, text)
    assert only.purpose == purpose


def test_that_of_a_cluster_is_for_sealing_and_is_a_key() -> None:
    read = read_certificate(PEM)
    assert read is not None
    config = Config(clusters=(Cluster("prod", "prod.pem", read.key, previous=("sha256:old",)),))
    shown = found("certs/prod.pem", TEXT, config)
    assert [one.purpose for one in shown] == ["sealing"]
    keys = list(sealing_keys(config, Places(None), shown, ()))
    assert [(key.id, key.cluster, key.path, key.expires) for key in keys] == [
        (read.key, "prod", "certs/prod.pem", "2026-01-11"),
        ("sha256:old", "prod", "", ""),
    ]
