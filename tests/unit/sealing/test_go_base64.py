from __future__ import annotations

import pytest
from unit.sealing.material import shown_by

from sealwright.sealing.go_base64 import BadBase64, decode, encode

# The offsets were printed by Go 1.26's base64.StdEncoding.DecodeString.
REFUSED = [
    pytest.param(" QUJD", 0, id="space-first"),
    pytest.param("QU JD", 2, id="space-inside"),
    pytest.param("QUJD ", 4, id="space-last"),
    pytest.param("QUJD\t", 4, id="tab"),
    pytest.param("QU-_", 2, id="url-safe"),
    pytest.param("Q", 0, id="one-character"),
    pytest.param("QU", 0, id="two-characters"),
    pytest.param("QUJ", 0, id="three-characters"),
    pytest.param("QUJDQUJ", 4, id="no-padding"),
    pytest.param("QUJD\nQUJ", 5, id="no-padding-after-line-break"),
    pytest.param("QUJDQ\nUJ", 5, id="no-padding-over-line-break"),
    pytest.param("QUJDQUJ\n", 5, id="no-padding-then-line-break"),
    pytest.param("QU=", 3, id="half-padding"),
    pytest.param("QU=\n", 4, id="half-padding-then-line-break"),
    pytest.param("QU=A", 2, id="letter-in-padding"),
    pytest.param("QU=\nA", 3, id="letter-in-padding-after-line-break"),
    pytest.param("QUJD=", 4, id="padding-after-full-group"),
    pytest.param("QUJD====", 4, id="excess-padding"),
    pytest.param("QU===", 4, id="third-equals-sign"),
    pytest.param("QUI==", 4, id="second-equals-sign"),
    pytest.param("=", 0, id="only-padding"),
    pytest.param("Q===", 1, id="padding-after-one"),
    pytest.param("QUI=QUJD", 4, id="text-after-padding"),
    pytest.param("QUI=\r\nQUJD", 6, id="text-after-padding-and-line-break"),
    pytest.param("QUI=\n ", 5, id="space-after-padding-and-line-break"),
    pytest.param("QUJDä", 4, id="not-ascii"),
    pytest.param("QUJD\udc80", 4, id="half-a-surrogate-pair"),
    pytest.param("QUJD\x00", 4, id="nul"),
    pytest.param("QUJD\u2028", 4, id="line-separator"),
    pytest.param("QUJD\v", 4, id="vertical-tab"),
    pytest.param("QUJ٣", 3, id="digit-of-another-script"),
]

ACCEPTED = [
    pytest.param("", b"", id="empty"),
    pytest.param("\r\n\n", b"", id="line-breaks-only"),
    pytest.param("QUJD", b"ABC", id="full-group"),
    pytest.param("QUI=", b"AB", id="one-padding"),
    pytest.param("QQ==", b"A", id="two-padding"),
    pytest.param("QUJ=", b"AB", id="bits-left-over"),
    pytest.param("QR==", b"A", id="bits-left-over-two"),
    pytest.param("Q\nU\r\nI\n=", b"AB", id="line-breaks-inside"),
    pytest.param("QQ=\n=", b"A", id="line-break-in-padding"),
    pytest.param("QQ==\n", b"A", id="line-break-last"),
    pytest.param("\nQUJD", b"ABC", id="line-break-first"),
    pytest.param("+/+/", b"\xfb\xff\xbf", id="both-symbols"),
]


@pytest.mark.parametrize(("text", "offset"), REFUSED)
def test_refuses_what_go_refuses(text: str, offset: int) -> None:
    with pytest.raises(BadBase64) as caught:
        decode(text)
    assert caught.value.offset == offset
    assert str(caught.value) == f"illegal base64 data at input byte {offset}"


def test_error_holds_none_of_the_text(canary: bytes) -> None:
    text = encode(canary)
    with pytest.raises(BadBase64) as caught:
        decode(text + " ")
    assert text not in shown_by(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(("text", "expected"), ACCEPTED)
def test_accepts_what_go_accepts(text: str, expected: bytes) -> None:
    assert decode(text) == expected


@pytest.mark.parametrize("blob", [b"", b"A", b"AB", b"ABC", bytes(range(256))])
def test_writes_what_it_reads(blob: bytes) -> None:
    assert decode(encode(blob)) == blob
    assert "\n" not in encode(blob)
