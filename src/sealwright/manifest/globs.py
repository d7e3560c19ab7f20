"""Path patterns as people know them from .gitignore: `*`, `?`, `[...]` inside a name, `**` across folders."""

from __future__ import annotations

import re


def compile_globs(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """One regular expression that matches a whole relative path (with `/`) when any pattern does; None for none.

    A pattern without `/` matches a file or folder of that name at any depth; one that names a folder matches all in it.
    """
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{_translate(pattern)})" for pattern in patterns), re.DOTALL)


def _translate(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    out = "" if anchored else "(?:.*/)?"
    index = 0
    while index < len(body):
        if body.startswith("**/", index):
            out += "(?:.*/)?"
            index += 3
        elif body.startswith("**", index):
            out += ".*"
            index += 2
        else:
            piece, index = _name_part(body, index)
            out += piece
    return out + r"(?:/.*)?\Z"


def _name_part(body: str, index: int) -> tuple[str, int]:
    char = body[index]
    if char == "*":
        return "[^/]*", index + 1
    if char == "?":
        return "[^/]", index + 1
    closing = body.find("]", index + 2) if char == "[" else -1
    if closing > 0:
        inner = body[index + 1 : closing].replace("\\", r"\\")
        inner = "^" + inner[1:] if inner[0] in "!^" else inner
        return f"[{inner}]", closing + 1
    return re.escape(char), index + 1
