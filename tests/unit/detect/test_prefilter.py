"""The byte test: what it must let through, what it may keep out, and what it costs."""

from __future__ import annotations

import timeit

import pytest
from unit.detect.scans import b64, found

from sealwright.detect.nested import ENCODED_STARTS, ENCODED_WORDS
from sealwright.detect.prefilter import ANYWHERE, ENCODED, IN_CODE, IN_MANIFESTS, may_matter, text_may_matter
from sealwright.detect.prefilter.skim import holds_any, with_rests

ORDINARY = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {note: "100% of it! or \\"none\\""}}
spec:
  template:
    spec:
      containers:
      - {name: web, image: registry.example.com/web:1.2.3, args: ["--level=%d", "a\\tb"]}
"""


@pytest.mark.parametrize("text", ["", "a: b\n", ORDINARY, "kind: ConfigMap\ndata: {a: b}\n", "!x %20 a\\n\n"])
def test_keeps_out(text: str) -> None:
    assert not may_matter(text.encode())
    assert not text_may_matter(text)


@pytest.mark.parametrize("size", [0, 3000], ids=["short", "long"])
@pytest.mark.parametrize("word", [*ANYWHERE, *IN_CODE, *IN_MANIFESTS, b"a1", b" .: ", b"7z"])
def test_what_is_left_of_a_text_shows_its_words(word: bytes, size: int) -> None:
    padding = b"q: w\n" * size
    words = with_rests([b"nowhere to be seen", word])
    assert not holds_any(padding.replace(word, b"") + word[:-1] + b"~" + word[-1:], words)
    assert holds_any(padding + word + padding, words)


KINDS = {
    "plain": "Secret",
    "hex": '"\\x53ecret"',
    "short unicode": '"\\u0053ecret"',
    "long unicode": '"S\\U00000065cret"',
    "continued": '"Sec\\\n  ret"',
    "continued, CRLF": '"Sec\\\r\n  ret"',
    "continued, CR": '"Sec\\\r  ret"',
    "continued, next line": '"Sec\\\x85  ret"',
    "continued, line separator": '"Sec\\\u2028  ret"',
    "continued, paragraph separator": '"Sec\\\u2029  ret"',
    "binary": f"!!binary {b64('Secret')}",
    "binary, broken lines": "!!binary |\n    U2Vj\n    cmV0",
    "binary, verbatim": "!<tag:yaml.org,2002:binary> |\n    U2Vj\n    cmV0",
    "binary, escaped tag": "!!%62inary |\n    U2Vj\n    cmV0",
    "binary, escaped verbatim tag": "!<tag:yaml.org,2002:bin%61ry> |\n    U2Vj\n    cmV0",
    "binary, every letter escaped": "!!%62%69%6e%61%72%79 |\n    U2Vj\n    cmV0",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_lets_through_every_spelling(kind: str, encoding: str) -> None:
    text = f"kind: {kind}\nstringData:\n  a: hunter2\n"
    assert len(found(text.encode(encoding))) == 1, "the full path does not read this spelling"
    assert may_matter(text.encode(encoding))
    assert text_may_matter(text)


def test_a_handle_of_its_own() -> None:
    text = "%TAG !b! tag:yaml.org,2002:bin\n---\nkind: !b!ary |\n    U2Vj\n    cmV0\nstringData: {a: hunter2}\n"
    assert len(found(text)) == 1
    assert may_matter(text.encode())


@pytest.mark.parametrize("before", ["", "#", "# ", "#  ", "a: b\n"])
def test_base64_at_every_offset(before: str) -> None:
    inner = f"{before}\nkind: Secret\ndata: {{a: eA==}}\n"
    text = f"kind: ConfigMap\nbinaryData: {{a: {b64(inner)}}}\n"
    assert len(found(text)) == 1
    assert may_matter(text.encode())


def test_the_words_are_those_of_the_detectors() -> None:
    assert {word.encode() for word in (*ENCODED_STARTS, *ENCODED_WORDS)} <= set(ENCODED)


def test_is_far_cheaper_than_parsing() -> None:
    """Measured against a plain search through the same text, so that the machine does not matter."""
    data = (ORDINARY * 4000).encode()
    search = min(timeit.repeat(lambda: b"certainly not there" in data, number=20, repeat=5))
    whole = min(timeit.repeat(lambda: may_matter(data), number=20, repeat=5))
    assert not may_matter(data)
    assert whole < 120 * len((*ANYWHERE, *IN_MANIFESTS)) * search
