"""The line of a finding as people may see it: keys, and values that cannot be a secret. Everything else is masked.

What a key is called says nothing where people choose keys, as in the `data` of a Secret: there, all is masked. A mask
has a fixed width, so that it tells nothing of the length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Excerpt
from sealwright.patterns import Pattern
from sealwright.plaintext import MASK

if TYPE_CHECKING:
    import re

    from sealwright.finding import Location
    from sealwright.manifest.source import Source

_LONGEST = 160
"""Characters of a line that are looked at."""
_LEFT_OUT = "... "
_BEFORE = Pattern(r"""[ \t]*(?:-[ \t]+)*(?:(?P<quote>["']?)(?P<key>[\w./$-]{1,80})(?P=quote)[ \t]*[:=][ \t]*)?\Z""")
_KEY = Pattern(r"""(?P<quote>["']?)[\w./$-]{1,80}(?P=quote)(?=[ \t]*[:={])""")
_INSIDE = Pattern(r"""[{,][ \t]*(?P<quote>["']?)(?P<key>[\w./$-]{1,80})(?P=quote)[ \t]*:[ \t]+\Z""")
_HARMLESS = Pattern(r"""(?P<quote>["']?)(?:true|false|null|yes|no|on|off|~|\*|\[\]|\{\})(?P=quote)\Z""")
_NUMBER = Pattern(r"""(?P<quote>["']?)[0-9]{1,4}(?P=quote)\Z""")
_COUNTING = Pattern(r"[\w-]*(?i:seconds|minutes|hours|days|mode|length|digits|symbols|replicas)\Z")
"""Keys of numbers that are settings; another might be a PIN."""
_WORD = Pattern(r"""(?P<quote>["']?)[\w./:*-]{1,80}(?P=quote)\Z""")
_NAMES = frozenset(
    {
        "apiVersion",
        "kind",
        "name",
        "namespace",
        "secretName",
        "type",
        "provider",
        "refreshInterval",
        "refreshPolicy",
        "creationPolicy",
        "deletionPolicy",
        "image",
        "mountPath",
        "subPath",
        "hostPath",
        "path",
        "server",
        "region",
        "vaultUrl",
        "level",
        "scope",
        "failurePolicy",
        "resources",
        "verbs",
        "apiGroups",
        "driver",
        "volumeHandle",
        "targetRevision",
    }
)
"""Keys whose values are names and settings by what Kubernetes makes of them."""
_HOLDING = frozenset({"data", "stringData", "binaryData", "encryptedData", "literals", "templateData"})
"""Below these stand keys that people choose, and values that are nobody's business."""


def excerpt(source: Source, location: Location, path: tuple[str | int, ...] | None = None) -> Excerpt | None:
    """The first line of what stands at the location; None where there is none to show.

    `path` is where that is in an object of which a rule of policy speaks. Without it, it is a value in clear.
    """
    secret = path is None or not _HOLDING.isdisjoint(path[:-1])
    start = source.offset(location.start)
    begin = source.line_start(start)
    before = _BEFORE.match(source.text[begin:start])
    line = source.text[begin : begin + _LONGEST].split("\n", 1)[0].split("\r", 1)[0]
    if not line.strip() or start - begin >= len(line):
        return None
    end = source.offset(location.end) if location.end.line == location.start.line else begin + len(line)
    value, rest = line[start - begin : max(end - begin, start - begin)], line[start - begin :]
    if before is None:
        # In braces, what stands before it may be values.
        inside = _INSIDE.search(line[: start - begin])
        indent = line[: len(line) - len(line.lstrip())] + _LEFT_OUT
        indent += inside.group()[1:].lstrip() if inside is not None else ""
        shown = _shown(value, rest, _key(path, inside), secret=secret)
        return Excerpt(indent + shown, len(indent), max(len(shown), 1))
    shown = _shown(value, rest, _key(path, before), secret=secret)
    return Excerpt(line[: start - begin] + shown, start - begin, max(len(shown), 1))


def _key(path: tuple[str | int, ...] | None, written: re.Match[str] | None) -> str | None:
    """The key of the value, or of the list that has it; None where another stands there: an alias leads elsewhere."""
    there = written.group("key") if written is not None else None
    steps = [step for step in path or () if isinstance(step, str)]
    listed = bool(path) and isinstance((path or ())[-1], int)
    return steps[-1] if steps and there == (None if listed else steps[-1]) else None


def _shown(value: str, rest: str, key: str | None, *, secret: bool) -> str:
    if secret:
        return MASK
    if (name := _KEY.match(rest)) is not None and name.group() == value.strip():
        return name.group()
    if _HARMLESS.match(value) or (key in _NAMES and _WORD.match(value)):
        return value
    if key is not None and _COUNTING.match(key) and _NUMBER.match(value):
        return value
    return MASK
