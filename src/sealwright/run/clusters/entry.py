"""A cluster's entry in `.sealwright.yaml`, written into the text as it stands: comments, order and quotes stay.

Whatever the file looks like, the result is read again: it must say what it said, and the cluster. If not, nothing is
changed and the person is shown the lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.config import parse_config, without_places
from sealwright.errors import ConfigurationError, SealwrightError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, lookup, resolve
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit, apply_edits

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

_PLAIN = Pattern(r"[A-Za-z][A-Za-z0-9_./-]*(?:://[A-Za-z0-9_./:\[\]-]+)?\Z")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_SECTION = "clusters"


class Line(NamedTuple):
    """One key of an entry; `text` is its value as YAML on one line."""

    key: str
    text: str


def word(text: str) -> str:
    """A string as YAML: as it is where nothing can go wrong, else in double quotes."""
    if _PLAIN.match(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(map(_character, inner))}"'


def _character(character: str) -> str:
    """A character between double quotes, as an escape where it could not be seen."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def words(texts: tuple[str, ...]) -> str:
    """A list of strings as YAML, on one line."""
    return f"[{', '.join(word(text) for text in texts)}]"


def with_cluster(data: bytes, path: str, name: str, lines: list[Line]) -> bytes:
    """The configuration with these keys in the cluster's entry, which is made if there is none.

    Raises ConfigurationError with the lines to add by hand where the file is not of a form that can be edited.
    """
    source = decode(path, data)
    try:
        text = apply_edits(source.text, list(_edits(source, name, lines)))
        after = source.encode(text)
        same = not source.flaw and _says_the_same(parse_config(data, path), parse_config(after, path), name)
        if same and all(line.text in text for line in lines):
            return after
    except SealwrightError:
        pass
    block = "; ".join(f"{line.key}: {line.text}" for line in lines)
    raise ConfigurationError("it cannot be edited safely", place=path, hint=f"add to clusters.{name} by hand: {block}")


def _says_the_same(before: Config, after: Config, name: str) -> bool:
    """Whether nothing but that cluster is different."""

    def others(config: Config) -> list[Cluster]:
        return [cluster for cluster in config.clusters if cluster.name != name]

    old, new = (without_places(config._replace(path="", clusters=())) for config in (before, after))
    return old == new and others(before) == others(after) and after.cluster(name) is not None


def _edits(source: Source, name: str, lines: list[Line]) -> list[Edit]:
    """What puts the lines where they belong."""
    end = "\r\n" if "\r\n" in source.text else "\n"
    root = next((document.root for document in read_documents(source) if document.root is not None), None)
    if root is None or not isinstance(root, Mapping):
        return [_appended(source, [f"{_SECTION}:", *_block(name, lines, "  ")], end)]
    section = lookup(root, _SECTION)
    if section is None:
        return [_appended(source, [f"{_SECTION}:", *_block(name, lines, "  ")], end)]
    clusters = resolve(section)
    entry = lookup(clusters, name) if isinstance(clusters, Mapping) else None
    if entry is not None:
        return _changed(source, resolve(entry), lines, end)
    if not isinstance(clusters, Mapping) or not clusters.entries:
        return _filled(source, clusters, _block(name, lines, "  "), end)
    if clusters.flow:
        inner = ", ".join(f"{line.key}: {line.text}" for line in lines)
        return [Edit(clusters.start + 1, clusters.start + 1, f"{word(name)}: {{{inner}}}, ")]
    first, last = clusters.entries[0][0], clusters.entries[-1][1]
    indent = " " * (source.position(first.start).column - 1)
    return [_after_line_of(source, max(last.end, first.end), _block(name, lines, indent), end)]


def _block(name: str, lines: list[Line], indent: str) -> list[str]:
    return [f"{indent}{word(name)}:", *(f"{indent}  {line.key}: {line.text}" for line in lines)]


def _appended(source: Source, rows: list[str], end: str) -> Edit:
    at = len(source.text)
    gap = "" if not source.text or source.text.endswith(("\n", "\r")) else end
    return Edit(at, at, gap + "".join(f"{row}{end}" for row in rows))


def _after_line_of(source: Source, offset: int, rows: list[str], end: str) -> Edit:
    """Insert whole lines below the line that holds `offset`, and whatever comment stands behind it."""
    stop = source.text.find("\n", offset)
    if stop < 0:
        return _appended(source, rows, end)
    return Edit(stop + 1, stop + 1, "".join(f"{row}{end}" for row in rows))


def _filled(source: Source, empty: Node, rows: list[str], end: str) -> list[Edit]:
    """Put the first entry into a section that is there but empty: nothing, `null` or `{}`."""
    taken = [Edit(empty.start, empty.end, "")] if empty.end > empty.start else []
    return [*taken, _after_line_of(source, empty.end, rows, end)]


def _added(source: Source, entry: Mapping, texts: list[str], end: str) -> Edit:
    """New keys in an entry: in braces before its first, else on lines below its last."""
    first, last = entry.entries[0][0], entry.entries[-1][1]
    if entry.flow:
        return Edit(first.start, first.start, "".join(f"{text}, " for text in texts))
    indent = " " * (source.position(first.start).column - 1)
    return _after_line_of(source, last.end, [f"{indent}{text}" for text in texts], end)


def _changed(source: Source, entry: Node, lines: list[Line], end: str) -> list[Edit]:
    """Other values for the keys that are there, new lines for those that are not."""
    if not isinstance(entry, Mapping) or not entry.entries:
        raise ConfigurationError("its entry is empty", hint="remove it first")
    edits = []
    missing = []
    for line in lines:
        value = lookup(entry, line.key)
        if value is None:
            missing.append(line)
        elif not (isinstance(value, Scalar) and value.value == line.text):
            edits.append(Edit(value.start, value.end, line.text))
    if missing:
        edits.append(_added(source, entry, [f"{line.key}: {line.text}" for line in missing], end))
    return edits
