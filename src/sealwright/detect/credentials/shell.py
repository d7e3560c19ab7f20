"""Credentials in command lines: of scripts, Makefiles, Dockerfiles, pipelines, documentation and containers.

A shell tells what is a value and what is not: `$VAR`, `$(command)` and `<placeholder>` are none. What an option or a
variable is called is judged as any other name; some programs take a password without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.assignments import Assignment
from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.samples import looks_real
from sealwright.detect.credentials.shell_programs import program_name, taken_by_place
from sealwright.detect.credentials.shell_words import Command, Word, commands, logical_line, unquoted
from sealwright.detect.credentials.values import judge_promised, looks_random
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.prefilter.commands import running_places
from sealwright.detect.prefilter.credential_names import naming_places
from sealwright.finding import Confidence, Span
from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ASSIGNED = Pattern(r"""["']?(?P<name>[A-Za-z_][\w.\-/]{0,120}(?:\[[\w"'.\-]{0,60}\])?(?:[\w.\-/]{0,60}))=""")
_FLAG = Pattern(r"""["']?(?P<flag>--?[A-Za-z][\w.\-]{1,100})(?P<sign>=?)""")
_HEADER = Pattern(
    r"""["']?(?P<name>[A-Za-z][A-Za-z\-]{2,60}):[ \t]{0,8}(?:(?:Bearer|Token|Basic|ApiKey)[ \t]{1,4})?(?=\S)"""
)
_JSON = Pattern(
    r"""\\?["'](?P<name>[A-Za-z_][\w.\-]{0,100})\\?["'][ \t]{0,8}:[ \t]{0,8}"""
    r"""\\?"(?P<value>[^"\\\s]{3,2000})\\?["']"""
)
_EXPANSION = Pattern(r"\$(?:[A-Za-z_{(@*#?!-]|[0-9](?![0-9A-Za-z]))|`")
_DEFAULT = Pattern(r"\$\{\w{1,100}:?[-=]([^${}]{1,2000})\}")
_FOLDED = Pattern(r"[A-Za-z0-9+/]{16,8000}={0,2}\Z")
_SETS = frozenset({"--set", "--set-string", "--set-literal", "--helm-set", "--helm-set-string", "-p", "--parameter"})
_FORMS = frozenset({"-d", "--data", "--data-raw", "--data-urlencode", "--data-binary", "--post-data", "--form", "-F"})
_LONG_FLAGS = frozenset(
    {
        "password",
        "passwd",
        "pass",
        "passphrase",
        "token",
        "secret",
        "storepass",
        "keypass",
        "srcstorepass",
        "srckeypass",
    }
    | {"deststorepass", "destkeypass", "keystorepass", "apikey", "authToken", "adminPassword", "Password", "Token"}
)
"""Options of one dash that are a whole word: Java's tools, Go programs, PowerShell."""
_HEADERS = frozenset({"-H", "--header"})
_ECHOES = frozenset({"echo", "printf", "print"})
_FROM_STDIN = frozenset({"--password-stdin", "--stdin", "-S", "--pass-stdin", "--token-stdin", "--with-token"})
_SIGNS = frozenset({"=", ":=", "?=", "+=", "::="})
_SIMPLE = 12
"""Letters up to which a password of letters only may as well be the word for what stands there."""


def shell_credentials(
    text: str, start: int = 0, end: int | None = None, *, prose: bool = False
) -> Iterator[Assignment]:
    """Every credential in clear in the commands between the offsets, each once.

    In `prose`, and in comments, only what looks made by a machine counts.
    """
    stop = len(text) if end is None else end
    after = start
    for offset in _worth_reading(text, start, stop, prose=prose):
        if offset < after:
            continue
        begin, after = logical_line(text, offset, max(after, start), stop)
        found: dict[Span, Assignment] = {}
        before: list[Word] = []
        for command in commands(text, begin, after):
            strict = prose or command.remark
            for assignment in (*_in_command(command.words, strict=strict), *_piped(before, command, strict=strict)):
                found.setdefault(assignment.span, assignment)
            before = command.words if command.joint == "|" else []
        yield from found.values()


def _worth_reading(text: str, start: int, stop: int, *, prose: bool) -> Iterator[int]:
    """Where the lines begin that may hold a credential, in order: to take all commands apart would cost much."""
    data = text[start:stop].encode("ascii", "replace")  # one byte for each character
    begin = seen = 0
    for place in sorted((*naming_places(data, random=prose), *running_places(data))):
        newline = data.rfind(b"\n", seen, place)
        if newline >= 0 or not seen:
            begin = newline + 1
            yield start + begin
        seen = place


def word_credentials(words: Sequence[Word]) -> Iterator[Assignment]:
    """The same for one command whose words are known, as in a container's `args`."""
    found: dict[Span, Assignment] = {}
    for assignment in _in_command(words, strict=False):
        found.setdefault(assignment.span, assignment)
    yield from found.values()


def _in_command(words: Sequence[Word], *, strict: bool) -> Iterator[Assignment]:
    if not words:
        return
    literal = any(word.text.startswith(("--from-literal", "'--from-literal", '"--from-literal')) for word in words)
    previous = ""
    for index, word in enumerate(words):
        yield from _in_word(word, previous, literal=literal, strict=strict)
        flag = _FLAG.match(word.text)
        if flag is not None and not flag.group("sign") and index + 1 < len(words) and _is_long(flag.group("flag")):
            yield from _named(flag.group("flag"), words[index + 1], 0, strict=strict)
        elif word.text in _SIGNS and 0 < index < len(words) - 1 and _starts(words, index - 1):
            yield from _named(words[index - 1].plain, words[index + 1], 0, strict=strict)
        previous = word.text
    if words[0].text.upper() == "ENV" and len(words) == 3 and "=" not in words[1].text:
        yield from _named(words[1].plain, words[2], 0, strict=strict)
    for taken in taken_by_place(words):
        yield from _judged(Promise.STRONG, taken.name, taken.word, taken.begin, len(taken.word.text), strict=strict)


def _is_long(flag: str) -> bool:
    """Whether a flag is an option's whole name: `-pSECRET` is one letter and its value."""
    return flag.startswith("--") or flag[1:] in _LONG_FLAGS or not flag[1:].isalpha()


def _starts(words: Sequence[Word], index: int) -> bool:
    """Whether the word is the first of its command, but for `export`, `local` and the like."""
    return index == 0 or (index == 1 and words[0].text in {"export", "override", "set", "local", "var", "def", "const"})


def _in_word(word: Word, previous: str, *, literal: bool, strict: bool) -> Iterator[Assignment]:
    """What one word assigns: `--password=x`, `NAME=x`, `--set a.password=x,b=y`, `-H 'Authorization: Bearer x'`."""
    text = word.text
    flag = _FLAG.match(text)
    begin = flag.end() if flag is not None and flag.group("sign") else 0
    option = flag.group("flag") if begin and flag is not None else previous
    if begin:
        named = list(_named(option, word, begin, strict=strict))
        yield from named
        if named or promise_of(option) is not Promise.NOTHING:
            return
    if option in _HEADERS:
        yield from _in_header(word, begin, strict=strict)
        return
    if flag is not None and not begin and not option:
        return
    for start, stop in _parts(text, begin, option):
        assigned = _ASSIGNED.match(text, start, stop)
        if assigned is None:
            continue
        name = assigned.group("name")
        promise = promise_of(name)
        if promise is Promise.NOTHING and literal and option.strip("\"'") == "--from-literal":
            yield from _judged(Promise.WEAK, name, word, assigned.end(), stop, strict=True)
        else:
            yield from _judged(promise, name, word, assigned.end(), stop, strict=strict)
    if not strict:
        yield from _in_json(word)


def _parts(text: str, begin: int, option: str) -> list[tuple[int, int]]:
    """(start, end) of the assignments in a word."""
    sign = "," if option in _SETS else "&" if option in _FORMS else ""
    if not sign and text[begin : begin + 1] in {'"', "'"} and not option.endswith("-literal"):
        sign = " "  # `psql "host=db password=..."`
    if not sign or sign not in text:
        return [(begin, len(text))]
    parts = []
    for piece in text[begin:].split(sign):
        parts.append((begin, begin + len(piece)))
        begin += len(piece) + 1
    return parts


def _in_header(word: Word, begin: int, *, strict: bool) -> Iterator[Assignment]:
    header = _HEADER.match(word.text, begin)
    if header is not None and promise_of(header.group("name")) is not Promise.NOTHING:
        yield from _judged(Promise.WEAK, header.group("name"), word, header.end(), len(word.text), strict=strict)


def _in_json(word: Word) -> Iterator[Assignment]:
    """`-d '{"password": "..."}'`: only what looks made by a machine."""
    if ":" not in word.text or '"' not in word.text:
        return
    for match in _JSON.finditer(word.text):
        promise = promise_of(match.group("name"))
        yield from _judged(promise, match.group("name"), word, match.start("value"), match.end("value"), strict=True)


def _named(name: str, word: Word, begin: int, *, strict: bool) -> Iterator[Assignment]:
    """The rest of a word as the value of an option or a variable of that name."""
    if begin == 0 and word.text.startswith("-"):
        return iter(())
    return _judged(promise_of(name.lstrip("-")), name, word, begin, len(word.text), strict=strict)


def _judged(  # noqa: PLR0913 - a name, and where its value stands
    promise: Promise, name: str, word: Word, begin: int, end: int, *, strict: bool
) -> Iterator[Assignment]:
    if promise is Promise.NOTHING:
        return
    while begin < end and word.text[begin] in "\"'":
        begin += 1
    if word.text.startswith("password:", begin):  # as virt-customize has it
        begin += len("password:")
    stop = end
    while stop > begin and word.text[stop - 1] in "\"',":
        stop -= 1
    value = _literal(word.text, begin, stop)
    if not value or (strict and not looks_real(value)):
        return
    confidence = judge_promised(promise, value)
    if confidence is not None:
        if value.isalpha() and len(value) <= _SIMPLE:
            confidence = Confidence.POSSIBLE
        span = Span(word.start + begin, word.start + stop) if word.exact else Span(word.start, word.end)
        yield Assignment(name.lstrip("-"), span, confidence)


def _literal(text: str, begin: int, end: int) -> str:
    """The value as the program gets it, '' where the shell or something else puts (part of) it in."""
    raw = text[begin:end]
    if FILL in raw or "{{" in raw or raw.startswith(("@", "file:", "env:", "pass:")):
        return ""
    double = text.find('"', 0, begin)
    single = text.count("'", 0, begin) % 2 == 1 and not 0 <= double < text.find("'")
    default = _DEFAULT.fullmatch(raw)
    if default is not None and looks_real(default.group(1)):
        return default.group(1)
    if not single and _EXPANSION.search(raw):
        return ""
    return raw if single else unquoted(raw)


# --- from one command to the next ---


def _piped(before: Sequence[Word], command: Command, *, strict: bool) -> Iterator[Assignment]:
    """`echo VALUE | PROGRAM`, and `PROGRAM <<< VALUE`."""
    words = command.words
    given = before[-1] if before and program_name(before) in _ECHOES and len(before) > 1 else None
    given = given or _here_string(words)
    if given is None:
        return
    name = program_name(words)
    if name == "chpasswd":
        place = given.text.find(":")
        if place > 0 and "-e" not in {word.text for word in words}:
            yield from _judged(Promise.STRONG, "chpasswd", given, place + 1, len(given.text), strict=strict)
    elif _decodes(name, words):
        yield from _folded(given)
    elif any(word.text in _FROM_STDIN or word.text.endswith("=/dev/stdin") for word in words[1:]):
        yield from _judged(Promise.STRONG, f"{name} stdin", given, 0, len(given.text), strict=strict)


def _here_string(words: Sequence[Word]) -> Word | None:
    for index, word in enumerate(words[:-1]):
        if word.text == "<<<":
            return words[index + 1]
    return None


def _decodes(name: str, words: Sequence[Word]) -> bool:
    options = {word.text for word in words}
    if name == "openssl":
        return "-d" in options and not options.isdisjoint({"base64", "-base64", "enc"})
    return name in {"base64", "gbase64"} and not options.isdisjoint({"-d", "-D", "--decode", "-di", "-id"})


def _folded(word: Word) -> Iterator[Assignment]:
    """Base64 of something that looks made by a machine, or that assigns it, or of a private key."""
    begin = len(word.text) - len(word.text.lstrip("\"'"))
    encoded = word.text.strip("\"'")
    data = from_base64(encoded) if _FOLDED.match(encoded) else None
    plain = to_text(data) if data else None
    if plain is None:
        return
    if looks_random(plain.strip()) or "PRIVATE KEY-----" in plain or _assigns(plain):
        span = Span(word.start + begin, word.start + begin + len(encoded)) if word.exact else Span(word.start, word.end)
        yield Assignment("base64", span, Confidence.LIKELY)


def _assigns(text: str) -> bool:
    from sealwright.detect.credentials.assignments import assignments

    return any(found.confidence is Confidence.LIKELY for found in assignments(text))
