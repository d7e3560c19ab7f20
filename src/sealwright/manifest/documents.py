"""A text to its documents, each read by the parser that fits: YAML, JSON, a masked template, or by outline.

Documents are split at their markers before they are parsed (`---` and `...` at the start of a line are markers
wherever they stand, YAML 1.2.2 §9.1.2), so that one that is broken does not hide the others.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from sealwright.manifest.limits import LimitExceeded, Unparsable
from sealwright.manifest.nodes import FILL, Mapping, Node, Scalar, walk
from sealwright.manifest.plain import LONGEST, Unsure, compose_plain
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.regions import Region
    from sealwright.manifest.source import Source

# A byte order mark before a marker comes from files that were joined.
_MARKER = Pattern(r"^\ufeff?(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
# What ends a line for YAML 1.1 alone ends a comment as well: something may stand behind it.
_CONTENT = Pattern(r"^[ \t\ufeff]*(?:[^ \t\r\n\ufeff#]|#[^\r\n]*[\x85\u2028\u2029])", re.MULTILINE)
_BODY = Pattern(r"^(?!%)[ \t\ufeff]*[^ \t\r\n\ufeff#]", re.MULTILINE)
_LINE_COMMENT = Pattern(r"^[ \t]*//[^\r\n]*", re.MULTILINE)
_COMMA_TOO_MANY = Pattern(r",(?=\s*[}\]])")
_CONFLICT = Pattern(r"^(?:<{7} |={7}\r?$|>{7} |\|{7} )[^\r\n]*", re.MULTILINE)
"""The marks of a merge that was not finished."""
_LONE_CR = Pattern(r"\r(?!\n)")


class Form(Enum):
    """How a document was read, which is how far its nodes can be trusted."""

    YAML = "yaml"
    JSON = "json"
    TEMPLATE = "template"
    """Actions masked; values that contain `template.FILL` come from elsewhere."""
    OUTLINE = "outline"
    """Read line by line because no parser accepted it."""
    SKIPPED = "skipped"
    """Not parsed: the caller's test on its text said that nothing in it matters."""


class Document:
    """One document of a source. `start` and `end` are offsets into its text; `root` is None for an empty one.

    `flaw` says why a parser refused it ('' where none did) and `flaw_at` is the offset where.
    """

    __slots__ = ("end", "flaw", "flaw_at", "form", "root", "source", "start")

    def __init__(self, source: Source, start: int, end: int, form: Form, root: Node | None) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.form = form
        self.root = root
        self.flaw = ""
        self.flaw_at = start

    def __repr__(self) -> str:
        return f"Document({self.source.path!r}, {self.start}..{self.end}, {self.form.value})"

    @property
    def exact(self) -> bool:
        """Whether a real parser read it as it stands, so that it may be rewritten."""
        return self.form in {Form.YAML, Form.JSON} and not self.flaw


def read_documents(
    source: Source,
    parts: Iterable[Region] | None = None,
    *,
    relevant: Callable[[str], bool] | None = None,
    libyaml: bool | None = None,
) -> Iterator[Document]:
    """Every document of `source` in order. Those whose text `relevant` rejects are not parsed (`Form.SKIPPED`).

    Where `parts` are given, the documents in them, read as their texts have it, are all there is.
    Never raises for what the text holds: a document that no parser accepts is read by outline and carries its flaw.
    """
    for base, text in ((0, source.text),) if parts is None else parts:
        if "\r" in text:
            text = _LONE_CR.sub("\n", text)  # noqa: PLW2901 - the same length; only YAML and old editors know lone CRs
        for start, end in split_documents(text):
            chunk = text[start:end]
            if relevant is not None and not relevant(chunk):
                yield Document(source, base + start, base + end, Form.SKIPPED, None)
            else:
                yield from _read(source, base + start, base + end, chunk, libyaml=libyaml)


def split_documents(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every document, marker and directives included; comments above a marker go with what follows."""
    start = 0
    if "---" in text or "..." in text:
        for match in _MARKER.finditer(text):
            if match.group().endswith("."):
                newline = text.find("\n", match.end())
                end = len(text) if newline < 0 else newline + 1
                if _CONTENT.search(text, start, match.start()):
                    yield start, end
                start = end
            elif _BODY.search(text, start, match.start()):  # directives belong to the marker below them
                yield start, match.start()
                start = match.start()
    if start == 0 or _CONTENT.search(text, start):
        yield start, len(text)


# The readers, the YAML parser among them, are imported where they are needed: a hook starts before every commit.


def _read(source: Source, start: int, end: int, chunk: str, *, libyaml: bool | None) -> Iterator[Document]:
    try:
        roots = _read_json(chunk, start)
        parsed = None if roots else _compose(chunk, start, libyaml=libyaml)
    except Unparsable as error:
        if _is_template(chunk) and not isinstance(error, LimitExceeded) and not _begins_with_json(chunk):
            yield _read_template(source, start, chunk, error, libyaml=libyaml)
        else:
            yield _read_outline(source, start, end, chunk, error)
        return
    if roots:
        yield from (Document(source, root.start, root.end, Form.JSON, root) for root in roots)
        return
    if isinstance(parsed, Scalar) and not parsed.style and "{" in parsed.value and "kind" in parsed.value:
        # `// comment` above an object in JSON: for YAML all of it is one plain text
        yield _read_outline(source, start, end, chunk, Unparsable("it is one plain text (JSON has no comments)", 0))
        return
    if parsed is not None and _is_template(chunk) and _has_action(parsed):
        yield _read_template(source, start, chunk, None, libyaml=libyaml)
    else:
        yield Document(source, start, end, Form.TEMPLATE if FILL in chunk else Form.YAML, parsed)


def _compose(chunk: str, start: int, *, libyaml: bool | None) -> Node | None:
    """The plainest texts without the parser, which takes long to load; `libyaml` asks for one or the other."""
    if libyaml is None and len(chunk) <= LONGEST:
        try:
            return compose_plain(chunk, start)
        except Unsure:
            pass
    from sealwright.manifest.compose import compose

    return compose(chunk, start, libyaml=libyaml)


def _read_json(chunk: str, start: int) -> list[Node]:
    """The values of a text that is JSON; none for flow-style YAML and for broken text, which the YAML parser judges."""
    if not chunk.lstrip(" \t\r\n").startswith(("{", "[")):
        return []
    from sealwright.manifest.json_text import compose_json

    try:
        return compose_json(chunk, start)
    except LimitExceeded:
        raise
    except Unparsable:
        return []


def _begins_with_json(chunk: str) -> bool:
    if not chunk.lstrip(" \t\r\n").startswith(("{", "[")):
        return False
    from sealwright.manifest.json_text import begins_with_json

    return begins_with_json(chunk)


def _read_commented_json(chunk: str, start: int) -> Node | None:
    """The first value of JSON as people write it, with `//` comments on lines of their own and commas too many."""
    without = _COMMA_TOO_MANY.sub(" ", _LINE_COMMENT.sub(lambda match: " " * len(match.group()), chunk))
    try:
        return next(iter(_read_json(without, start)), None)
    except LimitExceeded:
        return None


def _is_template(chunk: str) -> bool:
    if "{{" not in chunk and "{%" not in chunk and "{#" not in chunk:
        return False
    from sealwright.manifest.template import is_template

    return is_template(chunk)


def _read_outline(source: Source, start: int, end: int, chunk: str, error: Unparsable) -> Document:
    from sealwright.manifest.outline import outline

    lines = _CONFLICT.sub(lambda match: " " * len(match.group()), chunk)
    root = _read_commented_json(chunk, start) or outline(lines, start)
    document = Document(source, start, end, Form.OUTLINE, root)
    document.flaw = error.reason
    document.flaw_at = start + error.offset
    return document


def _read_template(
    source: Source, start: int, chunk: str, error: Unparsable | None, *, libyaml: bool | None
) -> Document:
    """`error` is what the parser has against the text as it stands: the actions excuse it where they are its cause."""
    from sealwright.manifest.outline import outline
    from sealwright.manifest.template import mask

    masked, end = mask(chunk), start + len(chunk)
    root, further = _composed(masked, start, libyaml=libyaml)
    if further is None:
        document = Document(source, start, end, Form.TEMPLATE, root)
    else:
        document = Document(source, start, end, Form.OUTLINE, outline(masked, start))
    if error is not None:
        bare = mask(chunk, comments=False)
        further = further if bare == masked else _composed(bare, start, libyaml=libyaml)[1]
        if further is not None and (isinstance(further, LimitExceeded) or further.offset <= error.offset):
            document.flaw, document.flaw_at = error.reason, start + error.offset
    return document


def _composed(chunk: str, start: int, *, libyaml: bool | None) -> tuple[Node | None, Unparsable | None]:
    """The root of a text, or why there is none."""
    from sealwright.manifest.compose import compose

    try:
        return compose(chunk, start, libyaml=libyaml), None
    except Unparsable as error:
        return None, error


def _has_action(root: Node) -> bool:
    """Whether a bare `{{ x }}` was read as what YAML makes of it: a flow mapping with a flow mapping for a key."""
    return any(
        isinstance(node, Mapping) and node.flow and any(isinstance(key, Mapping) for key, _ in node.entries)
        for node in walk(root)
    )
