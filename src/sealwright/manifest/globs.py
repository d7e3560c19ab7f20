"""Path patterns as people know them from .gitignore: `*`, `?`, `[...]` inside a name, `**` across folders.

Patterns and paths may both come from a repository that means harm, so no pattern may take long: a name is matched by
what `fnmatch.translate` gives (every `*` but the last takes the shortest match and never gives it back), and `**` by
going back to the last `**` only. Either is enough for patterns of this kind, and costs length times length at worst.
"""

from __future__ import annotations

import re
from fnmatch import translate

from sealwright.errors import UsageError
from sealwright.patterns import Pattern

_ESCAPED = Pattern(r"\\(.)|\[\^", re.DOTALL)
_SPECIAL = frozenset("*?[")


class Globs:
    """Patterns, ready to use."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = [_components(pattern) for pattern in patterns if pattern.strip("/")]

    def match(self, path: str) -> bool:
        """Whether any pattern matches the relative path (with `/`), or a folder that it is in."""
        names = path.split("/")
        return any(_matches(pattern, names) for pattern in self._patterns)


def compile_globs(patterns: tuple[str, ...]) -> Globs | None:
    """The patterns, ready to match whole relative paths (with `/`); None for none.

    A pattern without `/` matches a file or folder of that name at any depth; one that names a folder matches all in it.
    Raises UsageError for one that begins with `!`: it would say where the others are not meant, and be passed over.
    """
    if any(pattern.startswith("!") for pattern in patterns):
        hint = "name the paths that are meant; for a name that begins so, write \\!"
        raise UsageError("a pattern of paths begins with `!`, which takes nothing back here", hint=hint)
    return Globs(patterns) if patterns else None


def exactly(path: str) -> str:
    """The pattern that matches this path, and no other."""
    escaped = "".join(f"\\{char}" if char in _SPECIAL or char == "\\" else char for char in path)
    return escaped if "/" in path and not path.startswith("!") else f"/{escaped}"


def _components(pattern: str) -> list[re.Pattern[str] | None]:
    """One expression for each name, None for `**`."""
    parts = pattern.strip("/").split("/")
    if "/" not in pattern.rstrip("/"):
        parts.insert(0, "**")
    components: list[re.Pattern[str] | None] = []
    for part in parts:
        if part != "**":
            components.append(_name(part))
        elif not components or components[-1] is not None:
            components.append(None)
    if components[-1] is None and len(components) > 1:
        components.append(_name("*"))  # `folder/**` is all inside of the folder, not the folder
    return components


def _name(part: str) -> re.Pattern[str]:
    part = _ESCAPED.sub(_as_fnmatch, part)
    try:
        return re.compile(translate(part))
    except re.error:  # a range from high to low, which older Pythons do not expect
        return re.compile(re.escape(part) + r"\Z")


def _as_fnmatch(match: re.Match[str]) -> str:
    """What is escaped, and a class of all others, as `fnmatch` has it."""
    char = match.group(1)
    if char is None:
        return "[!"
    return f"[{char}]" if char in _SPECIAL else char


def _matches(components: list[re.Pattern[str] | None], names: list[str]) -> bool:
    """Whether all components match names from the first on; what is left of the names is inside a matched folder."""
    at, name = 0, 0
    again: tuple[int, int] | None = None
    while at < len(components):
        component = components[at]
        if component is None:
            again = (at + 1, name)
            at += 1
        elif name < len(names) and component.match(names[name]):
            at, name = at + 1, name + 1
        elif again is None or again[1] >= len(names):
            return False
        else:
            again = (again[0], again[1] + 1)
            at, name = again
    return True
