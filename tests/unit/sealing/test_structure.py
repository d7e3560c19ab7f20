"""What the form of an item excludes: never an item that opens."""

from __future__ import annotations

import os

import pytest
from unit.verify.made import VALUE, key

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, open_sealed, seal
from sealwright.sealing.structure import broken, excluded, length_sealed, shortened

N = key().key.public_key().public_numbers().n
OTHER = key(1).key.public_key().public_numbers().n
BODY = bytes(16)


def blob(number: int, width: int = 256, body: bytes = BODY) -> bytes:
    return width.to_bytes(2, "big") + number.to_bytes(width, "big") + body


def stripped() -> bytes:
    """A sealed value whose RSA block begins with a zero, which a careless sealer leaves out."""
    while True:
        made = seal(key().key.public_key(), Plaintext(VALUE), b"")
        if made[2] == 0:
            return (255).to_bytes(2, "big") + made[3:]


EXCLUDED = {
    "as large as the modulus": (blob(N), "its number is too large"),
    "larger": (blob(2**2048 - 1), "its number is too large"),
    "zero": (blob(0), "one that no sealing gives"),
    "one": (blob(1), "one that no sealing gives"),
    "minus one": (blob(N - 1), "one that no sealing gives"),
    "a larger key": (blob(5, 512), "sealed with a larger key: 4096 bits, not 2048"),
    "one byte more": (blob(5, 257), "sealed with a larger key"),
    "a smaller key": (blob(5, 128), "sealed with a smaller key: 1024 bits, not 2048"),
    "nine bytes less": (blob(5, 247), "sealed with a smaller key"),
}


@pytest.mark.parametrize(("data", "words"), EXCLUDED.values(), ids=EXCLUDED)
def test_excluded(data: bytes, words: str) -> None:
    assert words in excluded(data, [N])
    assert broken(data) == ""


@pytest.mark.parametrize("number", [2, N - 2, N // 2], ids=["two", "minus two", "half"])
def test_not_excluded(number: int) -> None:
    assert excluded(blob(number), [N]) == ""


def test_any_of_several_keys_may_have_sealed_it() -> None:
    small, large = sorted((N, OTHER))
    assert excluded(blob(small), [small])
    assert excluded(blob(small), [small, large]) == excluded(blob(small), [large, small]) == ""
    assert excluded(blob(large), [small, large])


@pytest.mark.parametrize("length", [0, 1, 2, 200, 257, 258, 273])
def test_cut_off(length: int) -> None:
    assert "cut off" in broken(blob(5)[:length])
    assert broken(blob(5)) == ""


def test_what_opens_is_never_excluded() -> None:
    made = [seal(key().key.public_key(), Plaintext(os.urandom(size)), b"") for size in (0, 1, 40, 3000)]
    for data in (*made, stripped()):
        open_sealed(key().key, data, b"")
        assert broken(data) == excluded(data, [N]) == ""
    assert shortened(stripped(), [N])
    assert not shortened(made[0], [N])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 40, 3000])
def test_the_length_of_what_is_sealed_shows(size: int) -> None:
    text = encode(seal(key().key.public_key(), Plaintext(os.urandom(size)), b""))
    assert length_sealed(text) == length_sealed(f"{text[:60]}\r\n{text[60:]}\n") == size


@pytest.mark.parametrize("text", ["", "A", "AQA=", "!", "é", "AQAA"])
def test_what_is_not_sealed_has_no_length(text: str) -> None:
    assert length_sealed(text) == 0
