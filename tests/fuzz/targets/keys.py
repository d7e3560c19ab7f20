"""Keys, certificates, backups of keys, and ciphertext: refused in words of ours, or of use."""

from __future__ import annotations

import binascii
from base64 import b64encode
from datetime import datetime, timezone
from functools import cache

from fuzz.targets.sealing import key

from sealwright.errors import SealwrightError
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.sealing import go_base64, structure
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.diagnosis import diagnose, label_index
from sealwright.sealing.keys import generate_keypair, load_private_keys
from sealwright.sealing.public_certificate import read_certificate
from sealwright.sealing.scheme import CannotOpen, encode, open_sealed, seal
from sealwright.sealing.tls_pair import examine_pair
from sealwright.verify.keys.backup import backup_keys, is_backup


@cache
def _pair() -> tuple[bytes, bytes]:
    return generate_keypair(bits=2048)


def _backup() -> bytes:
    private, certificate = (b64encode(part).decode() for part in _pair())
    labels = "labels: {sealedsecrets.bitnami.com/sealed-secrets-key: active}"
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: k, {labels}}}\ndata:\n  tls.crt: {certificate}\n"
    return f"{text}  tls.key: {private}\n".encode()


_LABEL = b"shop/db"
SEEDS = (
    *_pair(),
    _pair()[0] + _pair()[1],
    _backup(),
    binascii.a2b_base64(b"".join(_pair()[1].splitlines()[1:-1])),
    seal(key().key.public_key(), Plaintext(b"value"), _LABEL),
    encode(seal(key().key.public_key(), Plaintext(b"value"), _LABEL)).encode(),
    b"\x01\x00" + bytes(300),
)
WORDS = (
    *(b"-----BEGIN RSA PRIVATE KEY-----\n", b"-----END RSA PRIVATE KEY-----\n", b"-----BEGIN CERTIFICATE-----\n"),
    *(
        b"-----END CERTIFICATE-----\n",
        b"ENCRYPTED ",
        b"EC ",
        b"OPENSSH ",
        b"Proc-Type: 4,ENCRYPTED\n",
        b"\n",
        b"=",
        b"\r\n",
    ),
    *(
        b"\x30\x82",
        b"\x02\x01\x00",
        b"\x06\x09*\x86H\x86\xf7\r\x01\x01\x01",
        b"\xff\xff",
        b"\x00\x00",
        b"kind: Secret\n",
    ),
    *(b"tls.key: ", b"tls.crt: ", b"data:\n", b"MIIB", b"AgB"),
)
_NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)


def run(data: bytes) -> None:
    _certificates(data)
    try:
        assert load_private_keys(data, source="key", trusted=len(data) % 2 == 0)
    except SealwrightError as error:
        assert error.message
    source = decode("backup.yaml", data)
    if is_backup(source):
        try:
            list(backup_keys(source))
        except SealwrightError as error:
            assert error.message
    _ciphertext(data)


def _certificates(data: bytes) -> None:
    try:
        load_certificate(data, source="cert", now=_NOW, fingerprint=f"sha256:{'a' * 64}" if len(data) % 2 else "")
    except SealwrightError as error:
        assert error.message
    read_certificate(data)
    examine_pair(Plaintext(data), Plaintext(_pair()[0]), now=_NOW)
    examine_pair(Plaintext(_pair()[1]), Plaintext(data), now=_NOW)


def _ciphertext(data: bytes) -> None:
    modulus = key().key.public_key().public_numbers().n
    structure.broken(data)
    structure.excluded(data, [modulus])
    structure.shortened(data, [modulus])
    try:
        assert open_sealed(key().key, data, _LABEL) == Plaintext(b"value")
    except CannotOpen:
        diagnose([key()], data, _LABEL, label_index([("x", b"other")]))
    text = data.decode("utf-8", "surrogateescape")
    structure.length_sealed(text)
    try:
        blob = go_base64.decode(text)
    except go_base64.BadBase64:
        assert go_base64.flaw_of(text) >= 0
    else:
        assert go_base64.flaw_of(text) < 0
        assert go_base64.decode(go_base64.encode(blob)) == blob
