"""What a file is by its name: a manifest, documentation, a script, code. Only the first is YAML from end to end.

Nothing but the name and the first line decides, so that it costs nothing.
"""

from __future__ import annotations

from enum import Enum

from sealwright.manifest.endings import base_name, is_code, is_prose, is_shell
from sealwright.patterns import Pattern

_FIELDS = ("kind", "apiVersion")
_BEHIND_FIELD = Pattern(r"""["']?[ \t]*:""")
_SHELLS = ("sh", "bash", "zsh", "ash", "dash", "ksh", "fish")


class Family(Enum):
    """How much of a file may be manifests."""

    MANIFEST = "manifest"
    """All of it, if it is one: YAML, JSON, templates of them, names without an ending."""
    PROSE = "prose"
    """What stands in code blocks."""
    SHELL = "shell"
    """What stands in here-documents."""
    CODE = "code"
    """Nothing by itself."""


def family_of(path: str, text: str) -> Family:
    """The family of a file, by its name; by its first line where the name has no ending."""
    name = base_name(path)
    if is_prose(name):
        return Family.PROSE
    if is_shell(name):
        return Family.SHELL
    if is_code(name):
        return Family.CODE
    if "." not in name.lstrip(".") and text.startswith("#!"):
        return Family.SHELL if _is_shell(text[: text.find("\n")]) else Family.CODE
    return Family.MANIFEST


def says_kind(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether `kind:` or `apiVersion:` stands in (a part of) the text, in YAML or JSON: every manifest says that."""
    stop = len(text) if end is None else end
    for field in _FIELDS:
        at = text.find(field, start, stop)
        while at >= 0:
            behind = at + len(field)
            if (at == 0 or text[at - 1] in "{,\"'" or text[at - 1].isspace()) and _BEHIND_FIELD.match(
                text, behind, stop
            ):
                return True
            at = text.find(field, behind, stop)
    return False


def _is_shell(first: str) -> bool:
    words = first[2:].replace("/", " ").split()
    return any(word in _SHELLS for word in words)
