"""A comment keeps a credential: an old value, a manifest that was put out of use.

Git and everybody who can read the file keep a comment as long as anything else.

Finds: in the comments of YAML, of templates and of settings (`.env`, `.properties`), values that look made by a
machine under a name that promises a credential, and under any name in a `stringData` that is commented out or, under
base64, in a Secret's `data`; each at its own line.

Leaves alone: prose, samples and placeholders, references, digests, image references, documentation of parameters, and
`#` inside of values.

Bad:

    kind: ConfigMap
    metadata:
      name: db
      # before we had Vault:
      # password: Tr0ub4dor&3x

Good:

    kind: ConfigMap
    metadata:
      name: db
      # password: see Vault, shop/db

Fix: delete the comment, and change the credential if it is still in use: what has been in Git is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.prefilter.credential_names import all_naming_places
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.endings import base_name
from sealwright.manifest.families import Family, family_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.detect.base import View
    from sealwright.manifest.documents import Document

RULE = "comment"
_NEEDLES = ("#", "/*")

_ENDINGS = (".yaml", ".yml", ".tpl", ".env", ".properties", ".toml", ".conf", ".cfg", ".ini", ".gotmpl", ".j2", ".tmpl")
_COMMENT = Pattern(r"(?:^|(?<=[ \t]))#(?![!]|[ \t]*sealwright:)[#\-]{0,3}(?P<text>[^\r\n]*)", re.MULTILINE)
_SECRET = Pattern(r"""kind["']?[ \t]*:[ \t]*["']?Secret(?=["']?[ \t]*(?:[\r\n,}#]|\Z))""")
_LINE = Pattern(r"[^\r\n]+")
_FIELD = Pattern(r"(?P<indent>[ \t]*)(?:-[ \t]+)?(?P<name>data|stringData):[ \t]*\Z")
_ENTRY = Pattern(r"""(?P<indent>[ \t]*)["']?(?P<name>[\w.\-]{1,100})["']?[ \t]*:[ \t]+(?P<value>\S[^\r\n]{0,8000})""")
_UUID = Pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DOCUMENTED = Pattern(r"[ \t]*(?:@param|@skip|@section|@extra|--[ \t]|e\.g\.|[Ee]xamples?:|ex:)")


class _Line(NamedTuple):
    start: int
    text: str


def find(view: View) -> Iterator[Hit]:
    """Credentials in the comments of the view's source."""
    text, path = view.source.text, view.source.path
    if not any(needle in text for needle in _NEEDLES) or family_of(path, text) is not Family.MANIFEST:
        return
    name = base_name(path)
    if not (name.endswith(_ENDINGS) or "." not in name or name.startswith(".env")):
        return
    inside: _Inside | None = None
    secret = _SECRET.search(text) is not None
    places = all_naming_places(text.encode("ascii", "replace"))  # one byte for each character
    yield from _in_comments(_template_comments(text), places, secret=secret)
    for hit in _in_comments(_blocks(text), places, secret=secret):
        inside = inside or _Inside(view)
        if not inside.a_value(hit.span.start):
            yield hit


def _in_comments(blocks: Iterator[list[_Line]], places: Sequence[int], *, secret: bool) -> Iterator[Hit]:
    """`places`: where the byte test sees names of credentials, in order."""
    for block in blocks:
        remarks = "\n".join(line.text for line in block)
        found: dict[Span, Hit] = {}
        first = bisect_left(places, block[0].start)
        if first < len(places) and places[first] < block[-1].start + len(block[-1].text):
            found.update((hit.span, hit) for hit in _by_name(block))
        if "tringData:" in remarks or (secret and "data:" in remarks):
            for hit in _in_fields(block, secret=secret):
                found.setdefault(hit.span, hit)
        yield from found.values()


def _template_comments(text: str) -> Iterator[list[_Line]]:
    """`{{/* ... */}}`, line by line."""
    start = text.find("/*") if "{{" in text else -1
    while start >= 0:
        end = text.find("*/", start)
        if end < 0:
            return
        if text[max(start - 5, 0) : start].rstrip(" -").endswith("{{"):
            yield [_Line(match.start(), match.group()) for match in _LINE.finditer(text, start + 2, end)]
        start = text.find("/*", end)


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Comments on lines that follow each other."""
    block: list[_Line] = []
    end = -1
    for match in _COMMENT.finditer(text):
        if block and text.count("\n", end, match.start()) > 1:
            yield block
            block = []
        block.append(_Line(match.start("text"), match.group("text")))
        end = match.end()
    if block:
        yield block


def _by_name(block: Sequence[_Line]) -> Iterator[Hit]:
    from sealwright.detect.credentials.assignments import assignments

    for line in block:
        if _DOCUMENTED.match(line.text):
            continue
        for found in assignments(line.text):
            if _is_telling(line.text[found.span.start : found.span.end]):
                yield _hit(found.name, line.start + found.span.start, line.start + found.span.end)


def _in_fields(block: Sequence[_Line], *, secret: bool) -> Iterator[Hit]:
    """What stands below `stringData`, or below `data` where the file says `kind: Secret`, whatever it is called."""
    field, indent = "", -1
    for line in block:
        opened = _FIELD.match(line.text)
        entry = _ENTRY.match(line.text)
        if opened is not None:
            field = opened.group("name") if secret or opened.group("name") == "stringData" else ""
            indent = len(opened.group("indent"))
        elif field and line.text.strip() and (entry is None or len(entry.group("indent")) <= indent):
            field = ""
        elif field and entry is not None:
            begin, value = _value(entry.group("value"))
            if _is_secret(value, field):
                begin += line.start + entry.start("value")
                yield _hit(entry.group("name"), begin, begin + len(value))


def _value(text: str) -> tuple[int, str]:
    """What stands behind a key, without its quotes and without a comment, and where it begins."""
    quote = text[0]
    end = text.find(quote, 1)
    if quote in "\"'" and end > 0:
        return 1, text[1:end]
    from sealwright.manifest.outline_values import without_comment

    return 0, without_comment(text)


def _is_secret(text: str, field: str) -> bool:
    from sealwright.detect.decode import from_base64, to_text

    if field == "stringData":
        return _is_telling(text)
    return _is_telling((to_text(from_base64(text) or b"") or "").strip())


def _is_telling(text: str) -> bool:
    """Examples of identifiers are UUIDs as often as not."""
    from sealwright.detect.credentials.samples import looks_real
    from sealwright.detect.credentials.values import is_something_else

    return looks_real(text) and not is_something_else(text) and not _UUID.match(text)


def _hit(name: str, start: int, end: int) -> Hit:
    message = f"a comment keeps `{shown(name)}` in clear"
    return Hit(Span(start, end), message, field=shown(name), confidence=Confidence.LIKELY)


def _read(view: View) -> Iterator[Document]:
    """The documents, those that no rule for documents asked for included."""
    from sealwright.manifest.documents import Form, read_documents
    from sealwright.manifest.regions import Region

    for document in view.documents:
        if document.form is Form.SKIPPED:
            region = Region(document.start, view.source.text[document.start : document.end])
            yield from read_documents(view.source, [region])
        else:
            yield document


class _Inside:
    """Where scalars of several lines, and those in quotes, stand: a `#` in them begins no comment."""

    def __init__(self, view: View) -> None:
        from sealwright.manifest.nodes import Scalar, walk

        self._spans: list[tuple[int, int]] = []
        for document in _read(view):
            for node in walk(document.root) if document.root is not None else ():
                if isinstance(node, Scalar) and node.style:
                    self._spans.append((node.start, node.end))
        self._spans.sort()
        self._starts = [start for start, _ in self._spans]

    def a_value(self, offset: int) -> bool:
        """Whether the offset lies in such a scalar."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._spans[index][1]
