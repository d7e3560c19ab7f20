"""Ciphertext is exchanged in whatever style it is written, and not one other character changes."""

from __future__ import annotations

import base64
import re
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.convert.ciphertext import Replacement, replaced
from sealwright.errors import SealingError
from sealwright.manifest.documents import Document, read_documents
from sealwright.manifest.nodes import Alias, Mapping, Scalar, mapping_at, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source

OLD = base64.b64encode(b"\1\0" + bytes(range(256)) * 2).decode()
NEW = base64.b64encode(b"\2\0" + bytes(range(255, -1, -1)) * 3).decode()
HEAD = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\n"
WIDTH = 64


def folded(text: str, indentation: str) -> str:
    return "\n".join(indentation + line for line in wrap(text, WIDTH))


def scalars(documents: list[Document], name: str = "a") -> list[Scalar]:
    """What every item of that name stands for."""
    found = []
    for document in documents:
        for resource in resources(document):
            items = mapping_at(resource.node, "spec", "encryptedData")
            for key, value in items.entries if isinstance(items, Mapping) else ():
                target = resolve(value)
                if text_of(key) == name and isinstance(target, Scalar):
                    found.append(target)
    return found


def exchanged(text: str, new: str = NEW) -> str:
    source = Source("a.yaml", text)
    documents = list(read_documents(source))
    nodes = scalars(documents)
    assert nodes
    return replaced(source, documents, [Replacement(node, new) for node in nodes])


LAYOUTS = {
    "plain": "spec:\n  encryptedData:\n    a: @ # why\n    b: x\n",
    "plain on the next line": "spec:\n  encryptedData:\n    a:  # why\n      @\n",
    "single quotes": "spec:\n  encryptedData:\n    'a'  : '@'# no comment\n".replace("'#", "' #"),
    "double quotes": 'spec:\n  encryptedData:\n    "a": "@"   \n\n# end',
    "a tag": "spec:\n  encryptedData:\n    a: !!str @\n",
    "an anchor": "spec:\n  encryptedData:\n    a: &x @\n    b: *x\n",
    "an explicit key": "spec:\n  encryptedData:\n    ? a\n    : @\n",
    "in braces": "spec: {encryptedData: {a: @, b: '@'}, template: {type: Opaque}}\n".replace("'@'", "'x'"),
    "over lines in braces": "spec:\n  encryptedData: {\n    a: @,\n    b: x }\n",
    "no line end": "spec:\n  encryptedData:\n    a: @",
    "without indentation": "spec:\n encryptedData:\n  a: @\n",
    "a literal block": "spec:\n  encryptedData:\n    a: |\n      @\n    b: x\n",
    "a stripped block": "spec:\n  encryptedData:\n    a: |-  # why\n\n      @\n\n\n    # below\n    b: x\n",
    "a kept block": "spec:\n  encryptedData:\n    a: |+\n      @\n\n\n    b: x\n",
    "a block that says its indentation": "spec:\n  encryptedData:\n    a: |2-\n      @\n",
    "a folded block": "spec:\n  encryptedData:\n    a: >-\n      @\n    b: x\n",
    "a template around it": "spec:\n  encryptedData:\n    a: @\n  template:\n    data:\n      x: 'u:{{ .a }}'\n",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_only_the_ciphertext_changes(layout: str, newline: str) -> None:
    text = f"# {{}}\n{HEAD}{layout}".replace("\n", newline)
    assert exchanged(text.replace("@", OLD)) == text.replace("@", NEW)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("header", ["|", "|-", "|+ # why", "|2"])
def test_a_literal_block_keeps_the_width_of_its_lines(header: str, newline: str) -> None:
    text = f"{HEAD}spec:\n  encryptedData:\n    a: {header}\n@\n\n    b: x\n"
    before, after = (text.replace("@", folded(part, " " * 6)).replace("\n", newline) for part in (OLD, NEW))
    assert exchanged(before) == after


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_json(separators: tuple[str, str]) -> None:
    comma, colon = separators
    text = (
        f'{{"apiVersion"{colon}"bitnami.com/v1alpha1"{comma}"kind"{colon}"SealedSecret"{comma}'
        f'"spec"{colon}{{"encryptedData"{colon}{{"a"{colon}"@"{comma}"\\u00fc\\/"{colon}1e2}}}}}}\n'
    )
    assert exchanged(text.replace("@", OLD)) == text.replace("@", NEW)
    assert exchanged(text.replace("@", OLD.replace("/", "\\/"))) == text.replace("@", NEW)


def test_every_document_and_every_list_item() -> None:
    item = f"    a: {OLD}\n"
    one = f"{HEAD}spec:\n  encryptedData:\n{item}"
    listed = "kind: List\nitems:\n" + "".join(
        f"- {line}\n" if not number else f"  {line}\n" for number, line in enumerate(one.splitlines())
    )
    text = f"{one}---\nkind: [broken\n---\n{listed}...\n{one}"
    assert exchanged(text) == text.replace(OLD, NEW)


def test_an_alias_is_followed_to_where_the_text_stands() -> None:
    text = f"x-value: &x {OLD}\n{HEAD}spec:\n  encryptedData:\n    a: *x\n    <<: {{b: *x}}\n"
    assert exchanged(text) == text.replace(OLD, NEW)


def test_base64_of_base64_is_refused() -> None:
    inner = base64.b64encode(OLD.encode()).decode()
    with pytest.raises(SealingError, match=r"a\.yaml:6: an item has the tag"):
        exchanged(f"{HEAD}spec:\n  encryptedData:\n    a: !!binary {inner}\n")


BROKEN = {
    "more than a scalar": "x, c: y",
    "a comment": "x # y",
    "another line": "x\n    c: y",
    "not base64": "x y",
    "nothing": "",
}


@pytest.mark.parametrize("new", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("layout", [LAYOUTS["plain"], LAYOUTS["in braces"], LAYOUTS["a literal block"]])
def test_what_would_change_more_is_noticed(layout: str, new: str) -> None:
    with pytest.raises(SealingError, match="cannot be kept"):
        exchanged((HEAD + layout).replace("@", OLD), new)


words = st.text("abxyz-_ .:#'\"{}[]&*!|>%@,ü日\\", max_size=12)
comments = st.sampled_from(["", " # c", " # a: b", "  # 'x"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with `@` where ciphertext stands, in a mixture of styles, between all sorts of other text."""
    step = " " * draw(st.integers(1, 4))
    lines = [*draw(st.sampled_from([[], ["---"], ["# head", "--- # x"], ["%YAML 1.1", "---"]])), *HEAD.splitlines()]
    lines += [f"spec:{draw(comments)}", f"{step}encryptedData:{draw(comments)}"]
    for number in range(draw(st.integers(1, 4))):
        key = draw(st.sampled_from(["a", "a", f"k{number}"]))
        key = f"{key}" if key != "a" or number == 0 else f"k{number}"
        lines += draw(st.sampled_from([[], [""], [f"{step}{step}# {number}"]]))
        style = draw(st.sampled_from(["@", "'@'", '"@"', "!!str @", f"&x{number} @", "|", "|-", ">-", ">"]))
        head = f"{step}{step}{key}:{draw(st.sampled_from([' ', '   ']))}{style}{draw(comments)}"
        lines += [head, f"{step}{step}  @"] if style[0] in "|>" else [head]
    if draw(st.booleans()):
        lines += [f"{step}template:", f"{step}{step}data:"]
        lines += [f"{step}{step}  k{i}: |\n{step}{step}    x{word}" for i, word in enumerate(draw(st.lists(words)))]
    lines += draw(st.sampled_from([[], ["..."], ["---", "kind: ConfigMap", "data: {x: '@'}"], ["# end"]]))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return newline.join(lines).replace("\n", newline) + draw(st.sampled_from(["", newline]))


@given(files())
def test_nothing_else_changes_in_any_layout(text: str) -> None:
    before = text.replace("@", OLD)
    source = Source("a.yaml", before)
    documents = list(read_documents(source))
    nodes = [node for name in ("a", "k0", "k1", "k2", "k3") for node in scalars(documents, name)]
    assert not any(isinstance(node, Alias) for node in nodes)
    after = replaced(source, documents, [Replacement(node, NEW) for node in nodes])
    spans = sorted((node.start, node.end) for node in nodes)
    kept, cursor = [], 0
    for start, end in spans:
        kept.append(before[cursor:start] + re.sub(re.escape(OLD), NEW, before[start:end]))
        cursor = end
    assert after == "".join(kept) + before[cursor:]
