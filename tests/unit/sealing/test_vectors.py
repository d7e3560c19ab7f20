"""Every vector of the interoperability set: what real kubeseal made of it is what we make of it."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timezone

import pytest
from support import needs_shared
from unit.sealing.material import Vector, all_vectors, vector_document

from sealwright.errors import CertificateError
from sealwright.plaintext import Plaintext
from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.diagnosis import Cause, Diagnosis, diagnose, label_index
from sealwright.sealing.keys import PrivateKey, load_private_keys
from sealwright.sealing.scheme import BadBase64, CannotOpen, decode, open_sealed
from sealwright.sealing.scope import Scope, label_as_read

pytestmark = needs_shared

VECTORS = all_vectors()
REFUSED = [vector for vector in VECTORS if vector.plaintext_b64 is None]
OPENED = [vector for vector in VECTORS if vector.plaintext_b64 is not None]
MADE_FOR = label_index(
    [
        ("strict myns/mysecret", b"myns/mysecret"),
        ("namespace-wide myns", b"myns"),
        ("cluster-wide", b""),
    ]
)
DIAGNOSES = {
    "strict-renamed": (Cause.WRONG_LABEL, "strict myns/mysecret"),
    "strict-moved": (Cause.WRONG_LABEL, "strict myns/mysecret"),
    "nsw-as-strict": (Cause.WRONG_LABEL, "namespace-wide myns"),
    "nsw-moved": (Cause.WRONG_LABEL, "namespace-wide myns"),
    "wrong-key": (Cause.WRONG_KEY, ""),
    "wrong-size-key": (Cause.OTHER_KEY_SIZE, ""),
    "tamper-len-lo": (Cause.OTHER_KEY_SIZE, ""),
    "tamper-rsa-first": (Cause.WRONG_KEY, ""),
    "tamper-gcm-body": (Cause.CORRUPTED, "strict myns/mysecret"),
    "tamper-gcm-tag": (Cause.CORRUPTED, "strict myns/mysecret"),
    "trunc-1byte": (Cause.TOO_SHORT, ""),
    "trunc-header": (Cause.TOO_SHORT, ""),
    "trunc-no-gcm": (Cause.CORRUPTED, "strict myns/mysecret"),
    "trunc-gcm-15": (Cause.CORRUPTED, "strict myns/mysecret"),
    "trunc-plus1": (Cause.CORRUPTED, "strict myns/mysecret"),
    "rsa-extra-zero": (Cause.OTHER_KEY_SIZE, ""),
    "sessionkey-160": (Cause.WRONG_KEY, ""),
    "oaep-sha1": (Cause.WRONG_KEY, ""),
}


def params(vectors: list[Vector]) -> pytest.MarkDecorator:
    """The vectors as cases; one empty case where there are none, so that the reason to skip is the true one."""
    cases = [pytest.param(vector, id=vector.id) for vector in vectors]
    return pytest.mark.parametrize("vector", cases or [pytest.param(None, id="absent")])


def label_of(vector: Vector) -> bytes:
    return label_as_read(Scope(vector.scope), vector.namespace, vector.name)


@pytest.fixture(scope="module")
def keys() -> list[PrivateKey]:
    return load_private_keys(vector_document()["key_pem"].encode(), source="vectors.json")


@params(REFUSED)
def test_refuses_what_kubeseal_refuses(vector: Vector, keys: list[PrivateKey]) -> None:
    bad_base64 = re.search(r"input byte (\d+)", vector.kubeseal_error or "")
    if bad_base64:
        with pytest.raises(BadBase64) as caught:
            decode(vector.encrypted)
        assert caught.value.offset == int(bad_base64[1])
        return
    with pytest.raises(CannotOpen):
        open_sealed(keys[0].key, decode(vector.encrypted), label_of(vector))


@params([vector for vector in REFUSED if "base64" not in (vector.kubeseal_error or "")])
def test_says_why(vector: Vector, keys: list[PrivateKey]) -> None:
    cause, sealed_for = DIAGNOSES[vector.id]
    key = keys[0].short if cause in (Cause.WRONG_LABEL, Cause.CORRUPTED) else ""
    found = diagnose(keys, decode(vector.encrypted), label_of(vector), MADE_FOR)
    assert found == Diagnosis(cause, sealed_for, key)


@params(OPENED)
def test_opens_what_kubeseal_opens(vector: Vector, keys: list[PrivateKey]) -> None:
    expected = Plaintext(base64.b64decode(vector.plaintext_b64 or ""))
    assert open_sealed(keys[0].key, decode(vector.encrypted), label_of(vector)) == expected


def test_there_are_both() -> None:
    assert OPENED
    assert REFUSED


def test_the_certificate_belongs_to_the_key(keys: list[PrivateKey]) -> None:
    moment = datetime(2026, 11, 21, 0, 30, tzinfo=timezone.utc)
    certificate = load_certificate(vector_document()["cert_pem"].encode(), source="cert.pem", now=moment)
    assert certificate.fingerprint == keys[0].fingerprint
    assert certificate.bits == keys[0].bits == 2048


def test_the_other_certificate_expires() -> None:
    late = datetime(2026, 11, 22, tzinfo=timezone.utc)
    with pytest.raises(CertificateError, match="expired on 2026-11-21 01:07 UTC"):
        load_certificate(vector_document()["other_cert_pem"].encode(), source="other.pem", now=late)
