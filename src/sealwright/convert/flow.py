"""A Secret in JSON or in braces: there are no comments to keep, so the object is written anew in the same manner.

On one line if it was on one line, else indented as it was. Key order stays.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sealwright.convert.layout import Unmovable, has_comment
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Mapping
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source

_INDENTED = re.compile(r"[{\[][ \t]*\r?\n([ \t]*)")


def flow_edit(source: Source, secret: Mapping, sealed: dict[str, Plain]) -> Edit:
    """The edit that puts `sealed` in place of a mapping in braces. Raises Unmovable for comments and numbers inside."""
    text = source.text[secret.start : secret.end]
    if has_comment(source.text, secret):
        raise Unmovable("a comment inside braces")
    base = source.text[source.line_start(secret.start) : secret.start]
    base = base[: len(base) - len(base.lstrip(" \t"))]
    first = _INDENTED.match(text)
    ascii_only = text.isascii()
    if first is None:
        separators = (",", ":") if re.search(r'":"|":\{', text) else (", ", ": ")
        return Edit(
            secret.start, secret.end, json.dumps(_written(sealed), ensure_ascii=ascii_only, separators=separators)
        )
    unit = first.group(1).removeprefix(base)
    newline = "\r\n" if "\r\n" in text else "\n"
    written = json.dumps(_written(sealed), ensure_ascii=ascii_only, indent=unit or "  ")
    return Edit(secret.start, secret.end, written.replace("\n", f"{newline}{base}"))


def _written(value: Plain) -> Plain:
    """Plain values hold numbers as marked text; no field of a Secret that is kept here has one."""
    if isinstance(value, str) and value.startswith("\0"):
        raise Unmovable("a number where a string belongs")
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    return [_written(item) for item in value] if isinstance(value, list) else value
