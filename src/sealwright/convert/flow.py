"""A Secret in JSON or in braces: there are no comments to keep, so the object is written anew in the same manner.

On one line if it was on one line, else indented as it was. Key order stays.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sealwright.convert.comments import has_comment
from sealwright.convert.layout import Unmovable
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Mapping
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source

_INDENTED = Pattern(r"[{\[][ \t]*\r?\n([ \t]*)")
_CLOSING = Pattern(r"\n([ \t]*)\}\Z")
_TIGHT = re.compile(r'["\w]:["{]')
_SPECIAL = Pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Line ends and invisible characters to YAML, ordinary ones to JSON: always escaped."""


def flow_edit(source: Source, secret: Mapping, sealed: dict[str, Plain], *, is_json: bool) -> Edit:
    """The edit that puts `sealed` in place of a mapping in braces. Raises Unmovable for comments and numbers inside.

    `is_json`: the document is read as JSON, not as YAML, which knows no surrogate pairs.
    """
    if has_comment(source.text, secret):
        raise Unmovable("a comment inside braces")
    text = source.text[secret.start : secret.end]
    space = "" if _TIGHT.search(text) else " "
    indented = _INDENTED.match(text)
    if indented is None:
        return Edit(secret.start, secret.end, _dumped(sealed, text, is_json, (f",{space}", f":{space}"), None))
    closing = _CLOSING.search(text)
    outer = closing.group(1) if closing else _indentation(source, secret)
    unit = indented.group(1).removeprefix(outer) or "  "
    written = _dumped(sealed, text, is_json, (",", f":{space}"), unit)
    newline = "\r\n" if "\r\n" in text else "\n"
    return Edit(secret.start, secret.end, written.replace("\n", f"{newline}{outer}"))


def _indentation(source: Source, secret: Mapping) -> str:
    line = source.text[source.line_start(secret.start) : secret.start]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _dumped(
    sealed: dict[str, Plain], original: str, is_json: bool, separators: tuple[str, str], indent: str | None
) -> str:
    """JSON in ASCII if the original was in ASCII."""
    ascii_only = original.isascii() and is_json
    written = json.dumps(_written(sealed), ensure_ascii=ascii_only, separators=separators, indent=indent)
    return _SPECIAL.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def _written(value: Plain) -> Plain:
    """Plain values hold numbers as marked text; no field of a Secret that is kept here has one."""
    if isinstance(value, str) and value.startswith("\0"):
        raise Unmovable("a number where a string belongs")
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    return [_written(item) for item in value] if isinstance(value, list) else value
