from __future__ import annotations

import codecs
import pickle
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from unit.sealing.material import NOW, shown_by

from sealwright.errors import ExitCode, KeyFileError, UsageError
from sealwright.plaintext import Plaintext
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.fingerprint import fingerprint_of
from sealwright.sealing.keys import PrivateKey, generate_keypair, load_private_keys
from sealwright.sealing.scheme import open_sealed, seal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PKCS1, PKCS8, OPENSSH = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8, PrivateFormat.OpenSSH
LOCKED = BestAvailableEncryption(b"pass")


def pem_of(key: RSAPrivateKey, form: PrivateFormat = PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def refused(data: bytes) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        load_private_keys(data, source="backup/key.pem")
    error = caught.value
    assert error.place == "backup/key.pem"
    assert error.hint
    assert error.exit_code is ExitCode.USAGE
    shown = shown_by(error)
    lines = re.findall(rb"^[A-Za-z0-9+/]{40,}$", data, re.MULTILINE)
    assert not any(line.decode() in shown for line in lines)
    return error


class TestRefuses:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "it is empty"),
            (b"\n ", "it is empty"),
            (b"hello", "no private key"),
            (b"apiVersion: v1\nkind: List\n", "no private key"),
            (codecs.BOM_UTF16_LE + "-----BEGIN".encode("utf-16-le"), "UTF-16"),
            (b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "damaged"),
            (b"-----BEGIN RSA PRIVATE KEY-----\n\n-----END RSA PRIVATE KEY-----\n", "damaged"),
            (b"-----BEGIN RSA PRIVATE KEY-----\nAA*\n-----END RSA PRIVATE KEY-----\n", "damaged"),
            (b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cut off or damaged"),
            (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged"),
            (b"-----BEGIN STRANGE PRIVATE KEY-----\nAAAA\n-----END STRANGE PRIVATE KEY-----\n", "damaged"),
        ],
    )
    def test_what_holds_no_key(self, data: bytes, message: str) -> None:
        assert message in refused(data).message

    def test_a_certificate(self, certificate_pem: bytes) -> None:
        assert "this is a certificate" in refused(certificate_pem).message

    def test_a_public_key(self, private_key: RSAPrivateKey) -> None:
        data = private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert "this is a public key" in refused(data).message

    @pytest.mark.parametrize("form", [PKCS1, PKCS8])
    def test_an_encrypted_key(self, private_key: RSAPrivateKey, form: PrivateFormat) -> None:
        error = refused(private_key.private_bytes(Encoding.PEM, form, LOCKED))
        assert error.message == "private key 1 is encrypted with a passphrase"
        assert "openssl pkey" in error.hint

    @pytest.mark.parametrize("form", [PKCS1, PKCS8])
    def test_an_elliptic_key(self, curve_key: EllipticCurvePrivateKey, form: PrivateFormat) -> None:
        error = refused(curve_key.private_bytes(Encoding.PEM, form, NoEncryption()))
        assert "not an RSA key" in error.message
        assert "RSA keys only" in error.hint

    def test_an_edwards_key(self) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        assert "not an RSA key" in refused(key.private_bytes(Encoding.PEM, PKCS8, NoEncryption())).message

    def test_the_format_of_openssh(self, private_key: RSAPrivateKey) -> None:
        error = refused(pem_of(private_key, OPENSSH))
        assert "OpenSSH" in error.message
        assert "ssh-keygen" in error.hint

    @pytest.mark.parametrize("form", [PKCS1, PKCS8])
    def test_a_file_that_was_cut_off_anywhere(self, private_key: RSAPrivateKey, form: PrivateFormat) -> None:
        data = pem_of(private_key, form)
        for length in range(40, len(data) - 6, 97):
            refused(data[:length])

    def test_a_line_that_got_lost(self, private_key: RSAPrivateKey) -> None:
        lines = pem_of(private_key).splitlines(keepends=True)
        assert "damaged" in refused(b"".join(lines[:5] + lines[6:])).message

    def test_numbers_that_do_not_fit(self, private_key: RSAPrivateKey, other_key: RSAPrivateKey) -> None:
        ours, theirs = pem_of(private_key, PKCS1).splitlines(), pem_of(other_key, PKCS1).splitlines()
        mixed = b"\n".join(ours[:12] + theirs[12:]) + b"\n"
        assert "damaged" in refused(mixed).message

    def test_numbers_that_only_arithmetic_shows_to_be_wrong(self, private_key: RSAPrivateKey) -> None:
        numbers = private_key.private_numbers()
        wrong = rsa.RSAPrivateNumbers(
            p=numbers.p,
            q=numbers.q,
            d=numbers.d + 2,
            dmp1=numbers.dmp1,
            dmq1=numbers.dmq1,
            iqmp=numbers.iqmp,
            public_numbers=numbers.public_numbers,
        )
        data = pem_of(wrong.private_key(unsafe_skip_rsa_key_validation=True), PKCS1)
        assert "damaged" in refused(data).message
        assert len(load_private_keys(data, source="x", trusted=True)) == 1

    def test_one_bad_key_among_good_ones_by_its_number(
        self, private_key: RSAPrivateKey, curve_key: EllipticCurvePrivateKey
    ) -> None:
        bad = curve_key.private_bytes(Encoding.PEM, PKCS8, NoEncryption())
        assert refused(pem_of(private_key) + bad).message == "private key 2 is not an RSA key"
        locked = private_key.private_bytes(Encoding.PEM, PKCS8, LOCKED)
        assert "private key 2 is encrypted" in refused(pem_of(private_key) + locked).message
        assert "cut off" in refused(pem_of(private_key) + pem_of(private_key)[:900]).message


class TestReads:
    @pytest.mark.parametrize("form", [PKCS1, PKCS8])
    @pytest.mark.parametrize("trusted", [False, True])
    def test_a_key(self, private_key: RSAPrivateKey, form: PrivateFormat, trusted: bool) -> None:
        keys = load_private_keys(pem_of(private_key, form), source="x", trusted=trusted)
        assert [key.fingerprint for key in keys] == [fingerprint_of(private_key.public_key())]
        assert keys[0].bits == 2048
        assert keys[0].key.private_numbers() == private_key.private_numbers()

    def test_all_keys_of_a_file_in_order(
        self, private_key: RSAPrivateKey, other_key: RSAPrivateKey, certificate_pem: bytes
    ) -> None:
        parts = [
            b"\xef\xbb\xbf# a backup\r\n",
            pem_of(other_key),
            certificate_pem,
            b"and\n",
            pem_of(private_key, PKCS1),
        ]
        keys = load_private_keys(b"".join(parts), source="x")
        expected = [fingerprint_of(key.public_key()) for key in (other_key, private_key)]
        assert [key.fingerprint for key in keys] == expected

    def test_line_ends_of_windows(self, private_key: RSAPrivateKey) -> None:
        assert len(load_private_keys(pem_of(private_key).replace(b"\n", b"\r\n"), source="x")) == 1

    def test_a_key_that_shows_only_its_name(self, opener: PrivateKey) -> None:
        assert repr(opener) == str(opener) == f"{opener}" == f"PrivateKey({opener.fingerprint})"
        assert opener.short == opener.fingerprint.removeprefix("sha256:")[:8]
        with pytest.raises(TypeError):
            pickle.dumps(opener)
        with pytest.raises(AttributeError):
            opener.bits = 1  # type: ignore[misc]


class TestGenerates:
    @pytest.mark.parametrize(
        "arguments",
        [{"bits": 1024}, {"bits": 2047}, {"bits": 1 << 20}, {"days": 0}, {"days": -1}, {"days": 1 << 20}],
    )
    def test_nothing_of_a_size_that_is_of_no_use(self, arguments: dict[str, int]) -> None:
        with pytest.raises(UsageError) as caught:
            generate_keypair(**arguments)  # type: ignore[arg-type]
        assert "Choose" in caught.value.hint

    @pytest.mark.parametrize("name", ["", "x" * 65])
    def test_nothing_of_a_name_that_does_not_fit(self, name: str) -> None:
        with pytest.raises(UsageError, match="common name"):
            generate_keypair(bits=2048, common_name=name)

    def test_a_pair_that_seals_and_opens(self) -> None:
        key_pem, certificate_pem = generate_keypair(bits=2048, days=10, common_name="örtlich", now=NOW)
        [key] = load_private_keys(key_pem, source="key.pem")
        certificate = load_certificate(certificate_pem, source="cert.pem", now=NOW)
        assert certificate.fingerprint == key.fingerprint
        assert certificate.not_after == NOW + timedelta(days=10)
        blob = seal(certificate.public_key, Plaintext(b"value"), b"label")
        assert open_sealed(key.key, blob, b"label") == Plaintext(b"value")

    def test_a_certificate_as_tools_expect_it(self) -> None:
        key_pem, certificate_pem = generate_keypair(bits=2048, now=NOW)
        assert key_pem.startswith(b"-----BEGIN RSA PRIVATE KEY-----\n")
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        certificate.verify_directly_issued_by(certificate)
        assert NOW - timedelta(hours=1) < certificate.not_valid_before_utc < NOW
        assert certificate.not_valid_after_utc == NOW + timedelta(days=3650)
        assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert certificate.subject.rfc4514_string() == "CN=sealwright local key"
