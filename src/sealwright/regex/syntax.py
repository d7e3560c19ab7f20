"""The syntax of RE2, as Go's `regexp` accepts it: no look-around, no back-references, no possessive repetition."""

from __future__ import annotations

from sealwright.patterns import Pattern
from sealwright.regex.classes import PERL, POSIX, category, complement
from sealwright.regex.folding import orbit
from sealwright.regex.nodes import (
    BEGIN,
    BOUNDARY,
    END,
    LAST_CODE_POINT,
    LINE_BEGIN,
    LINE_END,
    NO_BOUNDARY,
    Assertion,
    Characters,
    Choice,
    Node,
    PatternError,
    Repeat,
    Sequence,
)

_MOST_REPETITIONS = 1_000
_LARGEST = 20_000
_DEEPEST = 150
_LONGEST = 20_000
_COUNT = Pattern(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUP = Pattern(r"\(\?P?<([A-Za-z0-9_]+)>")
_FLAGS = Pattern(r"\(\?([imsU]*)(-[imsU]+)?([:)])")
_OCTAL = Pattern(r"[1-7][0-7]{1,2}|0[0-7]{0,2}")
_HEXADECIMAL = Pattern(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}")
_CATEGORY = Pattern(r"[pP](?:\{(\^?)([A-Za-z_]+)\}|([A-Za-z]))")
_POSIX = Pattern(r"\[:(\^?)([a-z]+):\]")
_CONTROLS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_ASSERTIONS = {"A": BEGIN, "z": END, "b": BOUNDARY, "B": NO_BOUNDARY}
_EMPTY = Sequence(())


def parse(pattern: str) -> Node:
    """The expression's parts; PatternError where it is not one of RE2."""
    if len(pattern) > _LONGEST:
        raise PatternError("the expression is too long")
    parser = _Parser(pattern)
    node = parser.choice(0)
    if parser.position < len(pattern):
        raise PatternError("unexpected )")
    if _repetitions(node) > _MOST_REPETITIONS:
        raise PatternError(f"more than {_MOST_REPETITIONS} repetitions")
    if size(node) > _LARGEST:
        raise PatternError("the expression is too large")
    return node


def size(node: Node) -> int:
    """How many parts there are when counted repetitions are written out."""
    if isinstance(node, Repeat):
        return 1 + (size(node.part) + 1) * max(node.high or 0, node.low, 1)
    if isinstance(node, Sequence):
        return 1 + sum(map(size, node.parts))
    return 1 + sum(map(size, node.options)) if isinstance(node, Choice) else 1


def _repetitions(node: Node) -> int:
    """How often the most repeated part is there when counted repetitions are written out."""
    if isinstance(node, Repeat):
        return max(node.high or 0, node.low, 1) * _repetitions(node.part)
    if isinstance(node, Sequence):
        return max(map(_repetitions, node.parts), default=1)
    return max(map(_repetitions, node.options), default=1) if isinstance(node, Choice) else 1


class _Parser:
    """A walk over the pattern, with the flags in force."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.flags: frozenset[str] = frozenset()

    def _next(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _take(self, pattern: Pattern) -> tuple[str | None, ...] | None:
        found = pattern.match(self.pattern, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found.groups()

    def choice(self, depth: int) -> Node:
        """Sequences with `|` between them, up to a closing parenthesis or the end."""
        if depth > _DEEPEST:
            raise PatternError("the expression is nested too deeply")
        flags = self.flags
        options = [self._sequence(depth)]
        while self._next() == "|":
            self.position += 1
            options.append(self._sequence(depth))
        self.flags = flags
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        repeatable = False
        while (character := self._next()) and character not in "|)":
            if character in "*+?" or (character == "{" and _COUNT.match(self.pattern, self.position)):
                if not repeatable:
                    raise PatternError("nothing to repeat, or repeated twice")
                parts[-1] = self._repeat(parts[-1])
                repeatable = False
                continue
            if self.pattern.startswith("\\Q", self.position):
                quoted = self._quoted()
                parts += quoted
                repeatable = repeatable or bool(quoted)
                continue
            node = self._group(depth) if character == "(" else self._single(character)
            repeatable = bool(parts) if node is None else True
            parts += [] if node is None else [node]
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quoted(self) -> list[Node]:
        end = self.pattern.find("\\E", self.position)
        text = self.pattern[self.position + 2 : end if end >= 0 else None]
        self.position = end + 2 if end >= 0 else len(self.pattern)
        return [self._literal(ord(character)) for character in text]

    def _repeat(self, part: Node) -> Node:
        counts = self._take(_COUNT)
        if counts:
            low = _count(counts[0] or "")
            high = low if counts[1] is None else _count(counts[2]) if counts[2] else None
            if high is not None and high < low:
                raise PatternError("a repetition with its limits reversed")
        else:
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self._next()]
            self.position += 1
        lazy = self._next() == "?"
        self.position += lazy
        return Repeat(part, low, high, greedy=lazy == ("U" in self.flags))

    def _group(self, depth: int) -> Node | None:
        """A group, or None for flags that hold from here on."""
        outer = self.flags
        if self.pattern.startswith("(?", self.position):
            if not self._take(_GROUP):
                flags = self._take(_FLAGS)
                if not flags or (flags[:2] == ("", None) and flags[2] == ")"):
                    raise PatternError("(? of a kind that RE2 does not have")
                self.flags = (self.flags | set(flags[0] or "")) - set(flags[1] or "")
                if flags[2] == ")":
                    return None
        else:
            self.position += 1
        node = self.choice(depth + 1)
        if self._next() != ")":
            raise PatternError("missing )")
        self.position += 1
        self.flags = outer
        # A group of nothing but flags is still something that can be repeated.
        return node

    def _single(self, character: str) -> Node:
        if character == "[":
            return self._bracket()
        if character == "\\":
            return self._escape()
        self.position += 1
        lines = "m" in self.flags
        if character == "^":
            return Assertion(LINE_BEGIN if lines else BEGIN)
        if character == "$":
            return Assertion(LINE_END if lines else END)
        if character == ".":
            return Characters(((0, LAST_CODE_POINT),) if "s" in self.flags else complement(((10, 10),)))
        return self._literal(ord(character))

    def _literal(self, code: int) -> Characters:
        return Characters(((code, code),), fold="i" in self.flags and chr(code).isalpha())

    def _escape(self) -> Node:
        name = self.pattern[self.position + 1 : self.position + 2]
        if name in _ASSERTIONS and name:
            self.position += 2
            return Assertion(_ASSERTIONS[name])
        members = self._class_escape()
        if members is not None:
            return members._replace(fold="i" in self.flags)
        self.position += 1
        return self._literal(self._code())

    def _class_escape(self) -> Characters | None:
        """\\d, \\pL and their like, or None; what is negated is so by its ranges and categories."""
        name = self.pattern[self.position + 1 : self.position + 2]
        if name and name.lower() in PERL:
            self.position += 2
            ranges = PERL[name.lower()]
            return Characters(ranges if name.islower() else self._others(ranges))
        if name not in {"p", "P"}:
            return None
        self.position += 1
        parts = self._take(_CATEGORY)
        if parts is None:
            raise PatternError("\\p without the name of a category")
        found = category(parts[1] or parts[2] or "")
        wanted = (name == "p") != bool(parts[0])
        if isinstance(found, str):
            return Characters((), ((found, wanted),))
        return Characters(found if wanted else ())

    def _others(self, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """All other characters; where case does not matter, in any case."""
        if "i" in self.flags:
            codes = (code for first, last in ranges for code in range(first, last + 1))
            ranges = tuple((other, other) for code in codes for other in orbit(code))
        return complement(ranges)

    def _code(self) -> int:
        """The code point of an escape, whose backslash is behind us."""
        octal = _OCTAL.match(self.pattern, self.position)
        if octal:
            self.position = octal.end()
            return int(octal.group(), 8)
        digits = self._take(_HEXADECIMAL)
        if digits:
            code = int(digits[0] or (digits[1] or "")[-8:], 16)
            if code > LAST_CODE_POINT or len(digits[1] or "") > 8:
                raise PatternError("an escape beyond Unicode")
            return code
        character = self._next()
        self.position += 1
        if character in _CONTROLS and character:
            return _CONTROLS[character]
        if not character or character.isalnum() or not character.isascii():
            raise PatternError("an escape that RE2 does not have")
        return ord(character)

    def _bracket(self) -> Characters:
        self.position += 1
        negated = self._next() == "^"
        self.position += negated
        ranges: list[tuple[int, int]] = []
        categories: list[tuple[str, bool]] = []
        first = True
        while first or self._next() != "]":
            if not self._next():
                raise PatternError("missing ]")
            first = False
            members = self._named_member()
            if members is not None:
                ranges += members.ranges
                categories += members.categories
            else:
                ranges.append(self._range())
        self.position += 1
        return Characters(tuple(ranges), tuple(categories), fold="i" in self.flags, negated=negated)

    def _named_member(self) -> Characters | None:
        if self.pattern.startswith("[:", self.position):
            named = self._take(_POSIX)
            if named is None:
                return None
            if named[1] not in POSIX:
                raise PatternError("a class that RE2 does not have")
            ranges = POSIX[named[1] or ""]
            return Characters(self._others(ranges) if named[0] else ranges)
        return self._class_escape() if self._next() == "\\" else None

    def _range(self) -> tuple[int, int]:
        low = self._member()
        high = low
        if self._next() == "-" and self.pattern[self.position + 1 : self.position + 2] not in {"]", ""}:
            self.position += 1
            high = self._member()
        elif self._next() == "-" and not self.pattern[self.position + 1 :]:
            raise PatternError("missing ]")
        if high < low:
            raise PatternError("a range with its ends reversed")
        return low, high

    def _member(self) -> int:
        character = self._next()
        if not character:
            raise PatternError("missing ]")
        self.position += 1
        return self._code() if character == "\\" else ord(character)


def _count(digits: str) -> int:
    if len(digits) > 4 or int(digits) > _MOST_REPETITIONS:
        raise PatternError(f"more than {_MOST_REPETITIONS} repetitions")
    return int(digits)
