from __future__ import annotations

import codecs
import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from unit.sealing.material import NOW, MakeCertificate

from sealwright.errors import CertificateError, ExitCode
from sealwright.sealing.certificate import fingerprint_of, load_certificate

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ENCIPHER_ONLY = b"\x03\x02\x00\x01"
"""The key usage of every certificate that the controller makes: the one bit, alone."""


def refused(data: bytes, *, fingerprint: str = "") -> CertificateError:
    with pytest.raises(CertificateError) as caught:
        load_certificate(data, source="certs/prod.pem", fingerprint=fingerprint, now=NOW)
    error = caught.value
    assert error.place == "certs/prod.pem"
    assert str(error).startswith("certs/prod.pem: ")
    assert error.hint
    assert error.exit_code is ExitCode.USAGE
    return error


class TestRefuses:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "it is empty"),
            (b" \n", "it is empty"),
            (b"hello", "there is no certificate in it"),
            (b"apiVersion: v1\nkind: Secret\n", "there is no certificate in it"),
            (b"\x30\x82\x01\x00 not DER after all", "damaged"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "cut off"),
            (b"-----BEGIN CERTIFICATE-----\nAA*A\n-----END CERTIFICATE-----\n", "cut off or damaged"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged"),
            (b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", "damaged"),
            (b" -----BEGIN CERTIFICATE-----\nAAAA\n -----END CERTIFICATE-----\n", "no certificate"),
            (b"-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n", "no certificate"),
            (codecs.BOM_UTF16_LE + "-----BEGIN CERTIFICATE-----".encode("utf-16-le"), "UTF-16"),
        ],
    )
    def test_what_is_no_certificate(self, data: bytes, message: str) -> None:
        assert message in refused(data).message

    def test_a_private_key(self, key_pem: bytes) -> None:
        error = refused(key_pem)
        assert error.message == "this is a private key, not a certificate"
        assert "out of the repository" in error.hint
        secret_line = key_pem.splitlines()[3].decode()
        assert secret_line not in f"{error!r} {error} {error.hint}"

    def test_a_bare_public_key(self, private_key: RSAPrivateKey) -> None:
        for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1):
            data = private_key.public_key().public_bytes(Encoding.PEM, form)
            assert "bare public key" in refused(data).message

    def test_another_kind_of_key(self, curve_key: EllipticCurvePrivateKey, make_certificate: MakeCertificate) -> None:
        assert "not RSA" in refused(make_certificate(curve_key)).message

    def test_a_small_key(self, small_key: RSAPrivateKey, make_certificate: MakeCertificate) -> None:
        error = refused(make_certificate(small_key))
        assert "1024 bits" in error.message
        assert "2048" in error.hint

    def test_an_expired_certificate(self, private_key: RSAPrivateKey, make_certificate: MakeCertificate) -> None:
        error = refused(make_certificate(private_key, days=-1))
        assert error.message == "the certificate expired on 2026-05-31 12:00 UTC"
        assert "--fetch-cert" in error.hint

    def test_the_first_certificate_though_the_second_is_good(
        self, private_key: RSAPrivateKey, make_certificate: MakeCertificate, certificate_pem: bytes
    ) -> None:
        assert "expired" in refused(make_certificate(private_key, days=-1) + certificate_pem).message

    def test_a_key_that_is_not_the_pinned_one(self, certificate_pem: bytes, other_key: RSAPrivateKey) -> None:
        pin = fingerprint_of(other_key.public_key())
        error = refused(certificate_pem, fingerprint=pin)
        assert pin in error.message
        assert "renewed" in error.hint

    def test_the_pin_of_the_certificate_itself(self, certificate_pem: bytes, private_key: RSAPrivateKey) -> None:
        digest = x509.load_pem_x509_certificate(certificate_pem).fingerprint(SHA256()).hex()
        error = refused(certificate_pem, fingerprint=digest)
        assert fingerprint_of(private_key.public_key()) in error.hint

    @pytest.mark.parametrize(
        "pin",
        [
            "sha256:",
            "sha256",
            " ",
            "abc",
            "sha256:" + "0" * 63,
            "sha256:" + "0" * 65,
            "sha256:" + "g" * 64,
            "sha1:" + "0" * 40,
            "md5:" + "0" * 64,
            "SHA256:izVKA0b4000Qm6o/abP6naM4aYtuhFWNqAmlv1cDqzk",
            "sha256:" + "٣" * 64,
        ],
    )
    def test_a_malformed_pin(self, certificate_pem: bytes, pin: str) -> None:
        error = refused(certificate_pem, fingerprint=pin)
        assert "not a SHA-256 fingerprint" in error.message
        assert "64 hex digits" in error.hint

    def test_a_pin_before_anything_else_about_the_key(
        self, small_key: RSAPrivateKey, make_certificate: MakeCertificate
    ) -> None:
        assert "is pinned" in refused(make_certificate(small_key), fingerprint="0" * 64).message


class TestAccepts:
    def test_a_certificate(self, certificate_pem: bytes, private_key: RSAPrivateKey) -> None:
        certificate = load_certificate(certificate_pem, source="x", now=NOW)
        der = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert certificate.fingerprint == "sha256:" + hashlib.sha256(der).hexdigest()
        assert certificate.short == hashlib.sha256(der).hexdigest()[:8]
        assert certificate.bits == 2048
        assert certificate.not_after == NOW + timedelta(days=365)
        assert certificate.not_after.utcoffset() == timedelta(0)
        assert certificate.public_key.public_numbers() == private_key.public_key().public_numbers()

    def test_the_key_usage_that_the_library_refuses(
        self, private_key: RSAPrivateKey, make_certificate: MakeCertificate
    ) -> None:
        data = make_certificate(private_key, usage=ENCIPHER_ONLY)
        with pytest.raises(ValueError, match="encipher_only"):
            x509.load_pem_x509_certificate(data).extensions  # noqa: B018 - the trap itself
        assert load_certificate(data, source="x", now=NOW).bits == 2048

    def test_der(self, certificate_pem: bytes) -> None:
        der = x509.load_pem_x509_certificate(certificate_pem).public_bytes(Encoding.DER)
        assert load_certificate(der, source="x", now=NOW) == load_certificate(certificate_pem, source="x", now=NOW)

    @pytest.mark.parametrize(
        "around",
        [
            b"subject=CN = prod\nissuer=CN = prod\n%b",
            b"%b-----BEGIN CERTIFICATE-----\nnonsense\n",
            b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n%b",
            b"-----BEGIN OTHER-----\nAAAA\n-----END OTHER-----\n%b",
            b"-----BEGIN CERTIFICATE-----\nName: value\n\nAAAA\n-----END CERTIFICATE-----\n%b",
            codecs.BOM_UTF8 + b"%b",
            b"\r\n\r\n%b",
        ],
        ids=["text", "damaged-after", "damaged-before", "other-block", "block-with-headers", "mark", "empty-lines"],
    )
    def test_text_around_it(self, certificate_pem: bytes, around: bytes) -> None:
        assert load_certificate(around % certificate_pem, source="x", now=NOW).bits == 2048

    def test_line_ends_of_windows_and_none_at_the_end(self, certificate_pem: bytes) -> None:
        assert load_certificate(certificate_pem.replace(b"\n", b"\r\n"), source="x", now=NOW).bits == 2048
        assert load_certificate(certificate_pem.rstrip(b"\n"), source="x", now=NOW).bits == 2048

    def test_the_first_of_several(
        self, certificate_pem: bytes, other_key: RSAPrivateKey, make_certificate: MakeCertificate
    ) -> None:
        first = load_certificate(make_certificate(other_key) + certificate_pem, source="x", now=NOW)
        assert first.fingerprint == fingerprint_of(other_key.public_key())

    def test_a_private_key_beside_it(self, certificate_pem: bytes, key_pem: bytes) -> None:
        assert load_certificate(key_pem + certificate_pem, source="x", now=NOW).bits == 2048

    def test_a_start_in_the_future_as_upstream(self, certificate_pem: bytes) -> None:
        assert load_certificate(certificate_pem, source="x", now=NOW - timedelta(days=36500)).bits == 2048

    def test_the_last_second(self, certificate_pem: bytes) -> None:
        last = NOW + timedelta(days=365)
        assert load_certificate(certificate_pem, source="x", now=last).not_after == last
        with pytest.raises(CertificateError):
            load_certificate(certificate_pem, source="x", now=last + timedelta(seconds=1))

    def test_a_pin_in_every_way_people_write_it(self, certificate_pem: bytes, private_key: RSAPrivateKey) -> None:
        pin = fingerprint_of(private_key.public_key())
        digest = pin.removeprefix("sha256:")
        colons = ":".join(re.findall("..", digest))
        for written in (pin, digest, pin.upper(), colons, colons.upper(), f"sha256:{colons}", f" {pin}\n"):
            loaded = load_certificate(certificate_pem, source="x", fingerprint=written, now=NOW)
            assert loaded.fingerprint == pin

    def test_the_clock_when_no_moment_is_given(
        self, private_key: RSAPrivateKey, make_certificate: MakeCertificate
    ) -> None:
        assert load_certificate(make_certificate(private_key, days=36500), source="x").bits == 2048
        with pytest.raises(CertificateError, match="expired"):
            load_certificate(make_certificate(private_key, days=-3000), source="x")
