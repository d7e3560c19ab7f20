"""Bytes to text and back, offsets to lines and columns."""

from __future__ import annotations

import re

import pytest

from sealwright.finding import Span
from sealwright.manifest.source import Source, decode

TEXT = "a: 1\nключ: 😀\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize(
    "data",
    [
        b"a: \xff\xfe\n",
        b"\xef\xbb\xbfa: \xc3\n",
        b"\xff\xfea\0:\0 ",
        b"\xff\xfe\0\xd8",
        b"\xff\xfe\0\0a\0\0",
        b"a: \0\n",
        b"#\0kind: Secret\npassword: x\n",
        b"\0",
        b"\0\0",
        b"\0\0\0",
        b"\0\0\0\0",
        b"a\0",
        b"a: \xed\xa0\x80\n",
    ],
)
def test_what_is_no_text_has_a_flaw(data: bytes) -> None:
    source = decode("x.yaml", data)
    assert source.flaw or source.text.encode(source.encoding) == data
    assert source.flaw or data == b"a\0"  # a lone letter in UTF-16


def test_a_flaw_names_the_place_and_never_the_text() -> None:
    assert decode("x", b"password: hunter2\n\xff").flaw == "it is not valid UTF-8: byte 18 cannot be decoded"


def test_utf8_behind_one_nul_is_not_taken_for_another_script() -> None:
    source = decode("x", b"#\0" + b"kind: Secret\ndata: {}\n" * 3)
    assert "kind: Secret" in source.text
    assert source.flaw


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_of_yaml_is_read_and_written_back(encoding: str, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    data = text.encode(encoding)
    source = decode("x.yaml", data)
    assert (source.text, source.flaw) == (text, "")
    assert source.encode(source.text) == data


@pytest.mark.parametrize("data", [b"", b"a", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", "é".encode()])
def test_the_smallest_files_are_read_and_written_back(data: bytes) -> None:
    source = decode("x", data)
    assert source.flaw == ""
    assert source.encode(source.text) == data


def test_what_git_crypt_encrypted_is_empty() -> None:
    source = decode("x", b"\0GITCRYPT\0\x01\x02\xff")
    assert (source.text, source.flaw) == ("", "")


def test_text_that_begins_as_what_git_crypt_encrypted_is_not() -> None:
    source = decode("x", b"\0GITCRYPT\0" + b"password: hunter2\n")
    assert "hunter2" in source.text
    assert source.flaw


@pytest.mark.parametrize(
    ("text", "mark", "line", "column"),
    [
        ("x", "x", 1, 1),
        ("a\nx", "x", 2, 1),
        ("a\r\nbx", "x", 2, 2),
        ("a\rb\rx", "x", 3, 1),
        ("a\r\n\r\n\rx", "x", 4, 1),
        ("a\n\rx", "x", 3, 1),
        ("a\u2028\u2029\x85\x0b\x0cx", "x", 1, 7),
        ("😀x", "x", 1, 2),
        ("e\u0301x", "x", 1, 3),
    ],
)
def test_lines_and_columns_are_those_of_editors(text: str, mark: str, line: int, column: int) -> None:
    source = Source("f", text)
    assert source.position(text.index(mark)) == (line, column)
    assert source.line_start(text.index(mark)) == text.index(mark) - column + 1


def test_a_location_ends_one_past_the_last_character() -> None:
    location = Source("f", "ab\ncd").location(Span(1, 5))
    assert (location.start, location.end) == ((1, 2), (2, 3))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("", (1, 1)),
        ("\r\nb", (1, 1)),
        ("\nb", (1, 1)),
        ("ab", (1, 3)),
        ("ab\ncd", (1, 3)),
        ("ab\r\ncd\r\n", (1, 3)),
        ("ab\rcd\nef", (1, 3)),
        ("ab\u2028cd\n", (1, 6)),
    ],
)
def test_a_first_line_ends_before_what_ends_it(text: str, end: tuple[int, int]) -> None:
    source = Source("f", f"x: {text}\n\r")
    found = source.first_line(Span(3, 3 + len(text)))
    assert (found.start, found.end) == ((1, 4), (1, end[1] + 3))
    assert source.first_line(Span(2, 1)) == source.location(Span(2, 2))


def test_a_source_does_not_show_its_text() -> None:
    assert re.fullmatch(r"Source\('f', 7 characters\)", repr(Source("f", "hunter2")))


@pytest.mark.parametrize("text", ["# \ue000\nkind: Secret\n", "a: |\n  x\n  \ue000\n"])
def test_what_could_pass_for_an_insertion_is_a_flaw(text: str) -> None:
    assert "U+E000" in decode("a.yaml", text.encode()).flaw
