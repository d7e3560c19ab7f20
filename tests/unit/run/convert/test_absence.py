"""No value remains: found in every spelling, in the tree and in the index, and never shown."""

from __future__ import annotations

import io
import json
import os
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Repository as Made
from support import not_as_root, posix_only

from sealwright.manifest.git import Repository
from sealwright.plaintext import Plaintext
from sealwright.run.convert.absence import INDEX, TREE, is_ordinary, remains
from sealwright.run.convert.finder import Finder, pieces
from sealwright.run.convert.spellings import SHORTEST

VALUE = "tr0ub&dor/3'?\"é"
BYTES = VALUE.encode()
PEM = "".join(["-----BEGIN X-----\n", *(f"{'QUJDRA' * 9}{line:010}\n" for line in range(40)), "-----END X-----\n"])


def wrapped(text: str, width: int, indent: str = "    ") -> str:
    return "".join(f"{indent}{text[at : at + width]}\n" for at in range(0, len(text), width))


LAST_APPLIED = json.dumps({"kind": "Secret", "stringData": {"a": VALUE}, "data": {"b": b64encode(BYTES).decode()}})
SPELLED: dict[str, tuple[str, str | bytes, int]] = {
    "as it is": (VALUE, f"a\n\npassword: {VALUE}\n", 3),
    "without the line end that it had": (f"{VALUE}\n", f"password: {VALUE} # x\n", 1),
    "inside of a word": (VALUE, f"x{VALUE}y", 1),
    "base64": (VALUE, f"a\npassword: {b64encode(BYTES).decode()}\n", 2),
    "base64 with a line end": (VALUE, b64encode(BYTES + b"\n"), 1),
    "base64 in the alphabet of URLs": (VALUE, urlsafe_b64encode(b"\xfb\xff" + BYTES), 1),
    "base64 of base64": (VALUE, b64encode(b64encode(BYTES)), 1),
    "base64 of base64 of the value with its line end": (f"{VALUE}\n", b64encode(b64encode(BYTES + b"\n")), 1),
    "in a URL": (VALUE, f"postgres://u:{quote(VALUE, safe='')}@db/x", 1),
    "in a URL with small digits": (VALUE, quote(VALUE, safe="").lower(), 1),
    "in a form": ("two words?", quote_plus("two words?"), 1),
    "in JSON": (VALUE, json.dumps({"a": VALUE}), 1),
    "in JSON without escapes for letters": (VALUE, json.dumps({"a": VALUE}, ensure_ascii=False), 1),
    "in JSON as Go writes it": (VALUE, json.dumps({"a": VALUE}, ensure_ascii=False).replace("&", "\\u0026"), 1),
    "in YAML's single quotes": (VALUE, "a: '{}'".format(VALUE.replace("'", "''")), 1),
    "last-applied": (VALUE, f"metadata:\n  annotations:\n    last-applied: '{LAST_APPLIED}'\n", 3),
    "last-applied in double quotes": ("plain-1-text", f"a: {json.dumps(json.dumps({'a': 'plain-1-text'}))}", 1),
    "a block": (PEM, f"data:\n  key: |\n{wrapped('', 1)}" + "".join(f"    {x}\n" for x in PEM.splitlines()), 3),
    "a block within JSON": (PEM, json.dumps({"a": 1, "key": PEM}), 1),
    "base64 over lines": (PEM, f"key: |\n{wrapped(b64encode(PEM.encode()).decode(), 76)}", 2),
    "a text with CR": ("one 1\r\ntwo 2\r\n", "a: |\n  one 1\n  two 2\n", 2),
    "UTF-16": (VALUE, f"a\n{VALUE}".encode("utf-16"), 2),
    "beside bytes that are no text": (VALUE, b"\xff\x00\n" + BYTES + b"\xff", 2),
}
for shift in range(3):
    inside = b64encode(b"user:root"[: 6 + shift] + BYTES + b"!!")
    SPELLED[f"within a longer text in base64 ({shift})"] = (VALUE, inside, 1)


@pytest.mark.parametrize("case", SPELLED, ids=str)
def test_every_spelling_is_found(case: str) -> None:
    value, text, line = SPELLED[case]
    found = Finder([Plaintext(b"something else 1"), Plaintext(value.encode())]).find_in(
        _read(text if isinstance(text, bytes) else text.encode())
    )
    assert {one.number for one in found} == {1}
    assert min(one.line for one in found) == line


def _read(data: bytes) -> list[bytes]:
    return list(pieces(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("tr0ubador", "tr0ubado r"),
        ("tr0ubador", b64encode(b"tr0ubadox").decode()),
        ("shop-user-2", b64encode(b"shop-user-7").decode()),  # all but the last bits
        ("shop-user-02", b64encode(b"a shop-user-07 b").decode()),
        ("shop-user-002", b64encode(b"\xffshop-user-007").decode()),
        ("short", "short"),
        ("\n short \n", "short"),
        ("", "anything"),
        ("two words", "two\n  words"),  # it is no text of several lines
        (PEM, PEM.replace("0000000007", "0000000008")),
        (PEM, b64encode(PEM.replace("0000000037", "0000000038").encode()).decode()),
    ],
)
def test_what_is_not_the_value_is_not_found(value: str, text: str) -> None:
    assert Finder([Plaintext(value.encode())]).find(text.encode()) == []


@given(st.text("abXY:/.", min_size=4, max_size=9), st.lists(st.integers(0, 999), min_size=20, max_size=60), st.data())
def test_many_values_that_begin_alike_are_told_apart(start: str, numbers: list[int], data: st.DataObject) -> None:
    values = [f"{start}{number}-{'x' * (number % 5)}".encode() for number in dict.fromkeys(numbers)]
    chosen = data.draw(st.lists(st.sampled_from(values), max_size=4, unique=True))
    content = data.draw(st.binary(max_size=20)) + b"\n".join([*chosen, start.encode()])
    found = {one.number for one in Finder([Plaintext(value) for value in values]).find(content)}
    assert found == {number for number, value in enumerate(values) if value in content and len(value) >= SHORTEST}


@given(st.lists(st.binary(min_size=6, max_size=40), min_size=1, max_size=5), st.binary(max_size=30), st.data())
def test_any_bytes_are_found_at_any_place(values: list[bytes], before: bytes, data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(values))
    finder = Finder([Plaintext(value) for value in values])
    for text in (wanted, b64encode(wanted), b64encode(before + wanted + before), b64encode(b64encode(wanted))):
        numbers = {one.number for one in finder.find(before + text + before)}
        if len(wanted.strip(b"\r\n").strip()) >= SHORTEST:
            assert values.index(wanted) in {values.index(values[number]) for number in numbers}


@pytest.mark.parametrize("length", [6, 7, 8, 9, 10, 11, 12, 15, 40, 1023, 1024, 1025, 3000])
def test_it_is_found_wherever_blocks_and_pieces_meet(length: int) -> None:
    value = bytes(33 + (7 * at) % 89 for at in range(length))
    finder = Finder([Plaintext(value)])
    for at in [*range(20), *range(8192 - length - 2, 8192 + 2), 20_000]:
        assert finder.find(b"\n" * at + value + b" " * 9000)[0].line == at + 1, at
    halves = [b"a\n" + value[: length // 2], value[length // 2 :] + b"\nb"]
    assert [one.line for one in finder.find_in(halves) if one.form == "raw"] == [2]


def test_tree_and_index(tmp_path: Path) -> None:
    made = Made.init(tmp_path / "repo")
    made.write(".gitignore", "ignored\n")
    made.write("staged.yaml", "password: s3cr3t-one\n")
    made.write("both.yaml", "x: 1\npassword: s3cr3t-two\n")
    made.write("gone.yaml", "password: s3cr3t-three\n")
    made.add()
    made.write("staged.yaml", "password: safe\n")
    (made.path / "gone.yaml").unlink()
    made.write("new/untracked.yaml", f"a: {b64encode(b's3cr3t-four').decode()}\n")
    made.write("ignored", "s3cr3t-five")
    names = {name: Plaintext(f"s3cr3t-{name}".encode()) for name in ("one", "two", "three", "four", "five", "six")}
    repository = Repository(str(made.path))
    found = {(one.path, one.line, one.label, one.where) for one in remains(repository, names).remaining}
    assert found == {
        ("staged.yaml", 1, "one", INDEX),
        ("both.yaml", 2, "two", TREE),
        ("gone.yaml", 1, "three", INDEX),
        ("new/untracked.yaml", 1, "four", TREE),
    }
    without = remains(repository, names, index=False)
    assert {one.label for one in without.remaining} == {"two", "four"}
    planned = {"both.yaml": b"x: 1\n", "new/untracked.yaml": b"", "fresh.yaml": b"\ns3cr3t-six"}
    after = remains(repository, names, index=False, planned=planned)
    assert [(one.path, one.line) for one in after.remaining] == [("fresh.yaml", 2)]
    assert "s3cr3t" not in repr(remains(repository, names))


def test_a_conflict_in_the_index_hides_no_side(tmp_path: Path) -> None:
    made = Made.init(tmp_path / "repo")
    made.write("a.yaml", "x: 0\n")
    made.commit()
    made.git("checkout", "--quiet", "-b", "other")
    made.write("a.yaml", "x: s3cr3t-theirs\n")
    made.commit()
    made.git("checkout", "--quiet", "main")
    made.write("a.yaml", "x: s3cr3t-ours\n")
    made.commit()
    with pytest.raises(AssertionError):
        made.git("merge", "--quiet", "other")
    made.write("a.yaml", "x: 1\n")
    names = {name: Plaintext(f"s3cr3t-{name}".encode()) for name in ("ours", "theirs")}
    found = remains(Repository(str(made.path)), names).remaining
    assert {(one.label, one.where) for one in found} == {("ours", INDEX), ("theirs", INDEX)}


@posix_only
@not_as_root
def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    made = Made.init(tmp_path / "repo")
    made.write("locked", "x").chmod(0)
    assert [problem.path for problem in remains(Repository(str(made.path)), {}).problems] == ["locked"]


@posix_only
def test_links_and_pipes(tmp_path: Path) -> None:
    made = Made.init(tmp_path / "repo")
    outside = tmp_path / "outside"
    outside.write_bytes(b"s3cr3t-outside")
    os.symlink(outside, made.path / "link")
    os.symlink("s3cr3t-name", made.path / "dangling")
    os.mkfifo(made.path / "pipe")  # to open it would wait for ever
    names = {name: Plaintext(f"s3cr3t-{name}".encode()) for name in ("outside", "name")}
    assert [one.label for one in remains(Repository(str(made.path)), names).remaining] == ["name"]


@pytest.mark.parametrize("value", ["postgres", "Admin", "db.prod.svc", "redis-master:6379", "10.0.0.17", "change me"])
def test_ordinary_words(value: str) -> None:
    assert is_ordinary(Plaintext(value.encode()))


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "correct-horse-battery",
        "summer-2024",
        "sk-live51HxA9",
        "aB3dE5fG",
        "abcdefghijklmnopqrstuvwxyz",
        "p@ss",
        "é",
    ],
)
def test_what_is_not_ordinary(value: str) -> None:
    assert not is_ordinary(Plaintext(value.encode()))
