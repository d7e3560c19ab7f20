"""Secrets as people and programs write them: every layout, with comments at every place."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"
NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
DROPPED = ("creationTimestamp", "uid", "ownerReferences", "managedFields", "generation")

WORDS = [
    "hunter2",
    "p@ss-wörd",
    "a#b",
    "x:y",
    "two words and more",
    "{not}",
    "日本",
    "it's",
    'say "hi"',
    "no # comment",
    "- x",
]
PLAIN = ["hunter2", "p@ss-wörd", "a#b", "x:y", "two words and more", "日本", "it's"]

BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/=]{4}")

NEIGHBOURS = [
    "apiVersion: v1\nkind:   ConfigMap\nmetadata: {name: a, labels:   {x: y}}\ndata:\n    k:  'v'   # odd spacing\n",
    "# only a comment\n",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n\nspec:\n  ports:\n  - port: 80\n",
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}}\n',
    "text: |\n  kind: Secret\n  data: {a: b}\n\n",
]


class Written(NamedTuple):
    """A text with Secrets, and what is known about it. `comments` are those that must be there afterwards."""

    text: str
    before: str
    after: str
    comments: frozenset[str]
    ordinary: bool
    scope: str
    namespace: str


class Pen:
    """Writes lines, and remembers the comments that must stay."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments: set[str] = set()
        self.count = 0
        self.ordinary = True
        self.step = draw(st.sampled_from([2, 2, 2, 4, 3]))
        self.busy = draw(st.sampled_from([1, 3, 8]))  # one of how many places has a comment
        self.anchors = 0
        self.in_block = False  # a comment below that is indented deeper would be part of a block scalar
        self.cut = self.chance(6)  # no line end at the end of the file, which would change a block scalar

    def chance(self, one_of: int) -> bool:
        return self.draw(st.integers(1, one_of)) == one_of

    def pick(self, items: Any) -> Any:
        return self.draw(st.sampled_from(items))

    def comment(self, *, stays: bool = True) -> str:
        self.count += 1
        mark = f"c{self.count};"
        if stays:
            self.comments.add(mark)
        return f"# {mark}{self.pick(['', ' password: x', ' {a: b} # twice', ' |', ' ünï'])}"

    def trailing(self, *, stays: bool = True) -> str:
        return f"{self.pick([' ', '  '])}{self.comment(stays=stays)}" if self.chance(self.busy) else ""

    def above(self, column: int) -> list[str]:
        lines: list[str] = []
        while self.chance(self.busy + 1) and len(lines) < 3:
            blank = self.chance(3)
            spaces = self.pick([column, column, 0] if self.in_block else [column, column, 0, column + 2])
            lines.append(self.pick(["", "", " "]) if blank else " " * spaces + self.comment())
        return lines

    def deeper(self, column: int, lines: list[str], *, after_block: bool) -> None:
        if not after_block and self.chance(self.busy + 2):
            lines.append(" " * (column + self.pick([1, 2, 5])) + self.comment())

    # One entry: lead, key, value. Returns lines.

    def entry(self, column: int, key: str, value: Any, *, lead: bool = True, gone: bool = False) -> list[str]:
        lines = self.above(column) if lead else []
        shown = self.pick([key, key, key, f'"{key}"', f"'{key}'"])
        head = f"{' ' * column}{shown}{self.pick([':', ':', ':', ' :'])}"
        block = False
        if isinstance(value, dict):
            lines += self.mapping(column, head, value, gone=gone)
        elif isinstance(value, list):
            lines += self.sequence(column, head, value, gone=gone)
        else:
            written = value if isinstance(value, Raw) else self.scalar(column, value, gone=gone)
            block = written.block
            first, *rest = written.lines
            if first and not rest and not block and self.chance(12):
                lines.append(f"{head}{self.trailing(stays=not gone)}")
                lines.append(f"{' ' * (column + self.step)}{first}{self.trailing()}")
            else:
                inner = self.trailing(stays=not gone) if not rest else ""
                lines += [f"{head} {first}{inner}", *rest]
        self.in_block = block or (self.in_block and ends_in_block(value))
        self.deeper(column, lines, after_block=block or ends_in_block(value))
        return lines

    def mapping(self, column: int, head: str, value: dict[str, Any], *, gone: bool) -> list[str]:
        if not value:
            return [f"{head} {self.pick(['{}', '', '{ }'])}{self.trailing(stays=not gone)}"]
        if all(isinstance(item, str) for item in value.values()) and self.chance(6):
            return self.flow(column, head, value, gone=gone)
        lines = [f"{head}{self.trailing(stays=not gone)}"]
        inner = column + self.step
        for key, item in value.items():
            lines += self.entry(inner, key, item, gone=key == LAST_APPLIED)
        if self.chance(self.busy + 2) and not ends_in_block(value):
            lines.append(" " * inner + self.comment())
        return lines

    def flow(self, column: int, head: str, value: dict[str, str], *, gone: bool) -> list[str]:
        parts = [f"{self.pick([k, quoted(k)])}: {quoted(v)}" for k, v in value.items()]
        if self.chance(3):
            comment = ""
            if self.chance(3):
                self.ordinary = False
                comment = f" {self.comment(stays=False)}"
            joined = f",{comment}\n{' ' * (column + 4)}".join(parts)
            return f"{head} {{ {joined} }}{self.trailing(stays=not gone)}".split("\n")
        return [f"{head} {{{', '.join(parts)}}}{self.trailing(stays=not gone)}"]

    def sequence(self, column: int, head: str, value: list[Any], *, gone: bool) -> list[str]:
        if all(isinstance(item, str) for item in value) and self.chance(3):
            return [f"{head} [{', '.join(map(quoted, value))}]{self.trailing(stays=not gone)}"]
        inner = column + self.pick([0, self.step])
        lines = [f"{head}{self.trailing(stays=not gone)}"]
        for item in value:
            lines += self.above(inner)
            if isinstance(item, dict):
                written = [
                    line for n, (k, v) in enumerate(item.items()) for line in self.entry(inner + 2, k, v, lead=n > 0)
                ]
                written[0] = f"{' ' * inner}- {written[0][inner + 2 :]}"
                lines += written
            else:
                lines.append(f"{' ' * inner}- {quoted(item)}{self.trailing()}")
        return lines

    def scalar(self, column: int, value: str, *, gone: bool) -> Raw:
        style = self.pick(["plain", "plain", "'", '"', "|", ">", "long"])
        if style == "plain" and is_plain(value):
            return Raw([value])
        if style in {"|", ">"} and not self.cut:
            return self.block_scalar(column, value, style, gone=gone)
        if style == "long" and " " in value and "\\" not in quoted(value):
            left, right = value.split(" ", 1)
            text = quoted(f"{left}\0{right}").replace("\\u0000", "\0").split("\0")
            return Raw([text[0], f"{' ' * (column + self.step)}{text[1]}"])
        return Raw([f"'{value.replace(chr(39), chr(39) * 2)}'" if style == "'" else quoted(value)])

    def block_scalar(self, column: int, value: str, style: str, *, gone: bool) -> Raw:
        if not value:
            return Raw(['""'])
        indent = self.pick([1, 2, 4])
        pad = " " * (column + indent)
        chomp = self.pick(["", "-", "-", "+"])
        if chomp == "+":  # blank lines that follow where it is moved to would become part of it
            self.ordinary = False
        explicit = self.chance(4)
        is_base64 = BASE64.fullmatch(value) is not None
        body = [pad + value]
        if not is_base64:
            body += self.pick(
                [[], ["", pad + "more"], [pad + "  deeper"], [pad + "# no comment"], [pad + "  ", pad + "x"]]
            )
        header = f"{style}{self.pick([f'{indent}{chomp}', f'{chomp}{indent}']) if explicit else chomp}"
        if self.chance(self.busy):
            header += f" {self.comment(stays=not gone)}"
        blanks = [""] * self.pick([0, 0, 1, 2])
        return Raw([header, *body, *blanks], block=True)


class Raw:
    """A scalar as lines. `block`: a comment below that is indented deeper would be part of it."""

    def __init__(self, lines: list[str], *, block: bool = False) -> None:
        self.lines = lines
        self.block = block


def ends_in_block(value: Any) -> bool:
    """Whether the last line may belong to a block scalar; careful, since the style is drawn later."""
    return not isinstance(value, str | Raw)


def is_plain(value: str) -> bool:
    """Whether it needs no quotes, wherever it stands."""
    return value in PLAIN or (BASE64.fullmatch(value) is not None and yaml.safe_load(value) == value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


keys = st.lists(st.sampled_from(["password", "user", "tls.crt", "A_B", "x-y", "k8", "z"]), unique=True, max_size=5)


@st.composite
def written_secrets(draw: st.DrawFn) -> Written:
    """One file: neighbours, and Secrets alone or in a List."""
    pen = Pen(draw)
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    scope = draw(st.sampled_from(["", "", "", "strict", "namespace-wide", "cluster-wide"]))
    namespace = draw(st.sampled_from(["", "", "other"]))
    before = "".join(f"{item}---\n" for item in draw(st.lists(st.sampled_from(NEIGHBOURS), max_size=2)))
    if draw(st.booleans()):
        before += f"# head {pen.comment()}\n"
    listed = draw(st.integers(1, 4)) == 4
    lines = listing(pen, namespace) if listed else secret(pen, 0, namespace)
    if listed:
        lines = ["apiVersion: v1", "kind: List", "items:", *lines]
    after = draw(
        st.sampled_from(["", "# end\n", "---\n", "...\n", f"---\n{NEIGHBOURS[0]}", f"\n\n---\n{NEIGHBOURS[2]}"])
    )
    if pen.in_block:
        after = after.lstrip("\n")
    text = before + "\n".join(lines) + "\n" + after
    if not after and pen.cut:
        text = text.rstrip("\n")
    text, before, after = (part.replace("\n", newline) for part in (text, before, after))
    return Written(text, before, after, frozenset(pen.comments), pen.ordinary, scope, namespace)


def listing(pen: Pen, namespace: str) -> list[str]:
    column = pen.pick([0, 2, 4])
    gap = pen.pick([1, 1, 3])
    lines = []
    for _ in range(pen.pick([1, 2])):
        lines += pen.above(column)
        item = secret(pen, column + 1 + gap, namespace)
        item[0] = f"{' ' * column}-{' ' * gap}{item[0].lstrip(' ')}"
        lines += item
    return lines


def secret(pen: Pen, column: int, namespace: str) -> list[str]:
    fields: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata(pen, namespace)}
    if pen.chance(2):
        fields["type"] = "Opaque"
    if pen.chance(4):
        fields["immutable"] = Raw(["true"])
    for field in pen.pick([["data"], ["stringData"], ["data", "stringData"], ["stringData", "data"], []]):
        names = pen.draw(keys)
        fields[field] = {name: value(pen, field) for name in names}
    order = pen.draw(st.permutations(list(fields))) if pen.chance(2) else list(fields)
    lines: list[str] = []
    for number, field in enumerate(order):
        item = fields[field]
        if field in {"apiVersion", "kind"}:
            item = Raw([pen.pick([item, item, f'"{item}"'])])
        if field == "metadata":
            lines += metadata_lines(pen, column, item, lead=number > 0)
        else:
            lines += pen.entry(column, field, item, lead=number > 0)
    return lines


def value(pen: Pen, field: str) -> str:
    if field == "stringData":
        return str(pen.pick([*WORDS, ""]))
    return base64.b64encode(pen.draw(st.binary(max_size=12))).decode()


def metadata(pen: Pen, namespace: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": "db"}
    if not namespace or pen.chance(2):
        fields["namespace"] = namespace or "prod"
    if pen.chance(2):
        fields["labels"] = {"app": "web", "tier": "two", "x/y": ""}
    if pen.chance(2):
        fields["annotations"] = some_annotations(pen)
    if pen.chance(4):
        fields["finalizers"] = ["a/b", "c"]
    if pen.chance(4):
        fields["ownerReferences"] = [{"kind": "Pod", "uid": "1-2"}]
        fields["uid"] = "0-1"
    if pen.chance(4):
        fields["creationTimestamp"] = Raw([pen.pick(["null", "'2026-01-01'"])])
    if pen.chance(6):
        fields["managedFields"] = [{"manager": "kubectl", "fieldsV1": {"f:data": {}}}]
    order = pen.draw(st.permutations(list(fields))) if pen.chance(2) else list(fields)
    return {field: fields[field] for field in order}


def some_annotations(pen: Pen) -> dict[str, str]:
    found = {"a/note": "two words and more", "b": 'say "hi"'} if pen.chance(2) else {}
    if pen.chance(3):
        found[LAST_APPLIED] = '{"data": {"password": "# aHVudGVyMg=="}}'
    if pen.chance(4):
        found[CLUSTER_WIDE] = str(pen.pick(["true", "false"]))
    if pen.chance(4):
        found[NAMESPACE_WIDE] = "true"
    return found


def metadata_lines(pen: Pen, column: int, fields: dict[str, Any], *, lead: bool) -> list[str]:
    lines = pen.above(column) if lead else []
    lines.append(f"{' ' * column}metadata:{pen.trailing()}")
    anchor = ""
    for field, original in fields.items():
        item, inner = original, column + pen.step
        if field in {"name", "namespace"}:
            item = Raw([pen.pick([item, item, f'"{item}"', f"'{item}'"])])
        if field == "name" and pen.chance(5):
            pen.anchors += 1
            anchor = f"db{pen.anchors}"
            item = Raw([f"&{anchor} db"])
        if field == "labels" and anchor:
            item = {**item, "name": Raw([f"*{anchor}"])}
        gone = field in DROPPED
        lines += pen.entry(inner, field, item, gone=gone)
    return lines
