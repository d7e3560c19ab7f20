"""Texts to documents: where they begin, how each was read, and that a broken one neither hides nor tells."""

from __future__ import annotations

import pytest
from unit.manifest.trees import both_loaders, plain

from sealwright.manifest.documents import Form, read_documents, split_documents
from sealwright.manifest.source import Source

SPLITS: list[tuple[str, list[str]]] = [
    ("", [""]),
    ("# c\n", ["# c\n"]),
    ("a: 1", ["a: 1"]),
    ("a: '---'\nb: ---x\n --- \n----\n", ["a: '---'\nb: ---x\n --- \n----\n"]),
    ("a: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"]),
    ("a: 1\n---", ["a: 1\n", "---"]),
    ("# c\n---\na: 1\n", ["# c\n---\na: 1\n"]),
    (
        "%YAML 1.1\n# c\n---\na: 1\n...\n%TAG ! x\n---\nb: 2\n",
        ["%YAML 1.1\n# c\n---\na: 1\n...\n", "%TAG ! x\n---\nb: 2\n"],
    ),
    ("a: 1\n...\n", ["a: 1\n...\n"]),
    ("a: 1\n...\n# c\n", ["a: 1\n...\n"]),
    ("a: 1\n...\n# c\u2028b: 2\n", ["a: 1\n...\n", "# c\u2028b: 2\n"]),
    ("# c\x85b: 2\n...\n# c\n", ["# c\x85b: 2\n...\n"]),
    ("a: 1\n...\n%password: x\n", ["a: 1\n...\n", "%password: x\n"]),
    ("---\n---\na: 1\n", ["---\n", "---\na: 1\n"]),
    ("--- # c\na: 1\n--- {b: 2}\n---\t|\n c\n", ["--- # c\na: 1\n", "--- {b: 2}\n", "---\t|\n c\n"]),
    ("a: 1\r\n--- \r\nb: 2\r\n", ["a: 1\r\n", "--- \r\nb: 2\r\n"]),
    ("a: |\n  x\n---\nb: 2\n", ["a: |\n  x\n", "---\nb: 2\n"]),
    ("a: 'x\n---\nb: 2'\n", ["a: 'x\n", "---\nb: 2'\n"]),
    ("a: 1\n\ufeff---\nb: 2\n", ["a: 1\n", "\ufeff---\nb: 2\n"]),
]


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_documents_are_split_at_their_markers(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in split_documents(text)] == expected


READ = [
    ("", [(Form.YAML, None)]),
    ("a: 1\n---\n---\nb: 2\n", [(Form.YAML, [("a", "1")]), (Form.YAML, ""), (Form.YAML, [("b", "2")])]),
    ("a: 1\r---\rb: 2\r", [(Form.YAML, [("a", "1")]), (Form.YAML, [("b", "2")])]),
    ("a: 1\n\ufeff---\nb: 2\n", [(Form.YAML, [("a", "1")]), (Form.YAML, [("b", "2")])]),
    ('{"a": 1}\n', [(Form.JSON, [("a", "1")])]),
    ('{"a": 1}\n{"b": 2}\n', [(Form.JSON, [("a", "1")]), (Form.JSON, [("b", "2")])]),
    ('[1]{"b": [2]}', [(Form.JSON, ["1"]), (Form.JSON, [("b", ["2"])])]),
    ('{\n\t"a": "\\ud83d\\ude00",\n\t"a": "\\ud83d"\n}\n', [(Form.JSON, [("a", "😀"), ("a", "\ufffd")])]),
    ("{a: 1, # c\n b: 2}\n", [(Form.YAML, [("a", "1"), ("b", "2")])]),
    (
        'a: "{{ x }}"\nb: |\n  {{ y }}\nc: "{% z %}"\n',
        [(Form.YAML, [("a", "{{ x }}"), ("b", "{{ y }}\n"), ("c", "{% z %}")])],
    ),
    ('{"a": "{{ x }}"}', [(Form.JSON, [("a", "{{ x }}")])]),
    ("a: {{b: c}: d}\n", [(Form.YAML, [("a", [([("b", "c")], "d")])])]),
]


@both_loaders
@pytest.mark.parametrize(("text", "expected"), READ)
def test_each_document_is_read_by_what_fits(text: str, expected: object, libyaml: bool) -> None:
    documents = list(read_documents(Source("x", text), libyaml=libyaml))
    assert [(document.form, plain(document.root)) for document in documents] == expected
    assert all(document.exact and not document.flaw for document in documents)


BROKEN = [
    ("password: *hunter2\n", 10),
    ("password: hunter2: x\n", 17),
    ("password: [hunter2\n", None),
    ('password: "hunter2\n', None),
    ("password: @hunter2\n", 10),
    ("password: !hunter2!x y\n", 10),
    ("password: %hunter2\n", 10),
    ('{"password": "hunter2",,}', None),
]


@both_loaders
@pytest.mark.parametrize(("text", "at"), BROKEN)
def test_a_broken_document_keeps_the_others_and_its_text_to_itself(text: str, at: int | None, libyaml: bool) -> None:
    before = "kind: A\n---\n"
    source = Source("x", f"{before}{text}\n---\nkind: B\n")
    first, broken, last = read_documents(source, libyaml=libyaml)
    assert (plain(first.root), plain(last.root)) == ([("kind", "A")], [("kind", "B")])
    assert (broken.form, broken.exact) == (Form.OUTLINE, False)
    assert broken.flaw
    assert "hunter2" not in broken.flaw + repr(broken)
    assert len(before) - 4 <= broken.flaw_at <= source.text.index("---\nkind: B")
    if at is not None:
        assert broken.flaw_at == len(before) + at
    assert "hunter2" in str(plain(broken.root)) or "!hunter2" in text


@both_loaders
def test_a_second_document_behind_an_unusual_line_end_is_no_secret(libyaml: bool) -> None:
    (document,) = read_documents(Source("x", "a: 1 #\u2028---\u2028b: 2\n"), libyaml=libyaml)
    assert document.flaw


def test_what_does_not_matter_is_not_parsed() -> None:
    source = Source("x", "a: [\n---\nkind: Secret\n")
    first, second = read_documents(source, relevant=lambda text: "Secret" in text)
    assert (first.form, first.root, first.flaw) == (Form.SKIPPED, None, "")
    assert second.form is Form.YAML


def test_spans_count_in_the_whole_text() -> None:
    text = "# c\na: 1\n---\nb: two\n"
    *_, last = read_documents(Source("x", text))
    assert last.root is not None
    assert text[last.root.start : last.root.end] == "b: two"
    assert text[last.start : last.end] == "---\nb: two\n"
