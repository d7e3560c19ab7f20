"""Who owns a file, by the CODEOWNERS of its repository as its host reads it: the last line that matches counts.

On GitLab that holds within each section, and the owners of all sections together are those of the file.
Sources: GitHub's and GitLab's pages on code owners.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sealwright.fleet.owner_patterns import beginnings, github_pattern, gitlab_pattern, names
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.fleet.owner_patterns import OwnerPattern

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may be; the first that is there counts."""
MOST_CHARACTERS = 3 * 1024 * 1024
"""Of a file: GitHub takes no notice of a larger one."""
_MOST_OWNERS = 32
_LONGEST = 256
_MOST_WORK = 5_000_000
"""About as many microseconds."""
_MAKING = 200
"""Work for making a pattern ready."""
_NONE: tuple[str, ...] = ()
_SECTION = Pattern(r"\^?\[([^\]]+)\](?:\[\d+\])?(?:[ \t]+(.*))?\Z")
_WORD = Pattern(r"(?:\\.|[^\s\\])+|\\\Z")


class _Rule(NamedTuple):
    """A line: `section` is where it stands, by number; one that excludes takes what it matches out of its section."""

    pattern: OwnerPattern
    section: int
    owners: tuple[str, ...]
    excludes: bool = False


def owners(text: str, *, gitlab: bool) -> Callable[[str], tuple[str, ...]]:
    """Who owns a path of the repository, by the text of its CODEOWNERS; () for nobody, or where nobody can tell.

    A text that makes for more work than any real one has no answers any more from some path on.
    """
    if len(text) > MOST_CHARACTERS:
        return lambda _path: _NONE
    rules = _gitlab_rules(text) if gitlab else _github_rules(text)
    return lru_cache(maxsize=4096)(_Finder(rules).owners)


def owners_in(place: str, data: bytes) -> Callable[[str], tuple[str, ...]]:
    """As `owners`, for what a file of PLACES holds."""
    text = data.decode("utf-8", "replace")
    return owners(text, gitlab=is_gitlab(place, text))


def is_gitlab(place: str, text: str) -> bool:
    """Whether the file of PLACES is one for GitLab: by its folder, or because it has sections, as only GitLab does."""
    if place.startswith((".github/", ".gitlab/")):
        return place.startswith(".gitlab/")
    return any(line.startswith(("[", "^[")) and _SECTION.match(line.strip()) for line in text.split("\n"))


class _Finder:
    """Looks for rules by how their paths begin, so that most are never tried."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules
        self._by_prefix: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            self._by_prefix.setdefault(rule.pattern.prefix, []).append(number)
        self._matchers: dict[int, Callable[[Sequence[str]], bool]] = {}
        self._work = _MOST_WORK

    def owners(self, path: str) -> tuple[str, ...]:
        """Those of all sections, in the order of the file, none twice."""
        if self._work < 0:
            return _NONE
        split = names(path)
        numbers = [number for prefix in beginnings(split) for number in self._by_prefix.get(prefix, ())]
        self._work -= len(numbers) // 8
        found: dict[int, tuple[str, ...]] = {}
        excluded: set[int] = set()
        for number in sorted(numbers, reverse=True):
            rule = self._rules[number]
            if rule.section in found and not rule.excludes:
                continue
            matches = self._matchers.get(number)
            self._work -= rule.pattern.cost * len(split) + (_MAKING if matches is None else 0)
            if self._work < 0:
                return _NONE
            if matches is None:
                matches = self._matchers[number] = rule.pattern.matcher()
            if matches(split):
                excluded.update([rule.section] if rule.excludes else [])
                found.setdefault(rule.section, rule.owners)
        every = (owner for section in sorted(found.keys() - excluded) for owner in found[section])
        return tuple(dict.fromkeys(every))[:_MOST_OWNERS]


def _github_rules(text: str) -> list[_Rule]:
    """A line that GitHub cannot read is as if it were not there."""
    rules = []
    for line in text.split("\n"):
        words = _words(line)
        comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
        if not comment:
            continue
        pattern, named = github_pattern(words[0]), words[1:comment]
        if pattern is not None and all(map(_is_owner, named)):
            rules.append(_Rule(pattern, 0, tuple(named)))
    return rules


def _gitlab_rules(text: str) -> list[_Rule]:
    """Sections of one name, whatever the case of its letters, are one; what comes before the first is another."""
    rules: list[_Rule] = []
    sections = {"": 0}
    section, default = 0, _NONE
    for line in map(str.strip, text.split("\n")):
        if not line or line.startswith("#"):
            continue
        heading = _SECTION.match(line)
        if heading is not None:
            section = sections.setdefault(heading[1].strip().lower(), len(sections))
            default = _owners_among(_words(heading[2] or ""))
            continue
        words = _words(line)
        excludes = words[0].startswith("!")
        pattern = gitlab_pattern(words[0][excludes:])
        if pattern is not None:
            rules.append(_Rule(pattern, section, _owners_among(words[1:]) or default, excludes))
    return rules


def _words(line: str) -> list[str]:
    """Parts with blanks between them; a blank with a backslash before it is one of a name."""
    return [word.replace("\\ ", " ").replace("\\\t", "\t") for word in _WORD.findall(line)]


def _owners_among(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _is_owner(word))[:_MOST_OWNERS]


def _is_owner(word: str) -> bool:
    """`@user`, `@group/team`, `@@role`, or an address of mail."""
    return "@" in word and len(word) <= _LONGEST and not word.endswith("@")
