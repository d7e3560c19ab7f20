"""Where text gives a name a value: properties, dotenv, YAML, JSON, TOML, INI, XML, command lines, connection strings.

One reader for all of them, since a ConfigMap does not say what its text is. It sees names that promise a credential and
judges what follows them; spans count in the text it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.credentials.idioms import idioms
from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.values import is_name, judge_promised
from sealwright.detect.prefilter.credential_names import names_credential
from sealwright.finding import Confidence, Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# A run of name characters is entered at its beginning only, so that any text is read in one pass.
_NAME = Pattern(
    r"""(?<![\w.\-/$])-{0,2}(?P<name>[A-Za-z_][\w.\-/]{0,160})(?:\[["']?|["']?\])?
    (?:\\{0,3}["'`])?[ \t]{0,40}(?P<sign>=>|:=|:(?=[ \t"'\\]|\Z)|=)[ \t]{0,40}
    |<(?P<tag>[A-Za-z_][\w.\-]{0,80})>(?=[^<\s])
    |(?<![\w\-])--(?P<flag>[a-z][\w.\-]{0,80})[ \t]{1,8}(?=[^\s\-])""",
    0x40,  # re.VERBOSE, spelled so that re is imported when the expression is needed
)
_PAIR = Pattern(
    r"""\b(?:name|key|type)(?:\\{0,3}["'])?[ \t]{0,40}[:=][ \t]{0,40}(?:\\{0,3}["'])?(?P<name>[A-Za-z_][\w.\-/]{0,160})
    (?:\\{0,3}["'])?[ \t]{0,40}(?:,\s{0,200}?|\s{1,200}?)(?:\\{0,3}["'])?value(?:\\{0,3}["'])?
    [ \t]{0,40}[:=][ \t]{0,40}""",
    0x40,
)
_ESCAPED = Pattern(r"""(\\{1,3}["'])((?:(?!\\{1,3}["'])[^\r\n]){0,4000})\1""")
_TRIPLE = Pattern(r'"""([^"\r\n]{1,4000})"""')
_DOUBLE = Pattern(r'"((?:[^"\\\r\n]|\\[^\r\n]){0,8000})"')
_SINGLE = Pattern(r"'((?:[^'\r\n]|''){0,8000})'")
_BACKTICK = Pattern(r"`([^`\r\n]{0,4000})`")
_TO_LINE_END = Pattern(r"[^\r\n]{0,8000}")
_TO_SPACE = Pattern(r"[^\s\"'`;&|<>]{0,4000}")
_TO_TAG = Pattern(r"[^<\r\n]{0,4000}")
_COMMENT = Pattern(r"""[ \t]+(?:#|//)|,[ \t]+["']?[A-Za-z_]\w{0,60}["']?[ \t]*:""")  # or the next of several in braces
_AT_LINE_START = Pattern(r"(?:[ \t\-#;*]|export[ \t]|set[ \t]|ENV[ \t]|ARG[ \t]|//[^\s=]{0,200}:)*\Z")
_CLOSERS = Pattern(r"[ \t,;}\])]*\Z")
_OPENERS = "{[|>&*!"
_ENCRYPTED = Pattern(r"ENC\[[A-Z0-9_]{1,30},[^\]]*\]")
_LONGEST_START = 400
"""Characters of a line before a name that gives its value to the end of the line."""


class Assignment(NamedTuple):
    """`span` is the value's place in the text, quotes excluded."""

    name: str
    span: Span
    confidence: Confidence


def assignments(text: str, *, least: Promise = Promise.WEAK) -> Iterator[Assignment]:
    """Every credential in clear that the text gives a name to, whose name promises at least `least`."""
    if "ENC[" in text:
        text = _ENCRYPTED.sub(lambda match: " " * len(match.group()), text)  # what SOPS wrote is no text
    named = names_credential(text.encode("ascii", "replace"))  # dashboards and scripts are long, and name nothing
    for match in _NAME.finditer(text) if named else ():
        name = match.group("name") or match.group("tag") or match.group("flag") or ""
        yield from _judged(text, name, match, least)
    for idiom in idioms(text):
        yield Assignment(*idiom)
    if named and "value" in text:
        for match in _PAIR.finditer(text):
            yield from _judged(text, match.group("name"), match, least)


def _judged(text: str, name: str, match: re.Match[str], least: Promise) -> Iterator[Assignment]:
    promise = promise_of(name)
    if promise is Promise.NOTHING or promise < least or not is_name(name):
        return
    span = _value(text, match)
    confidence = judge_promised(promise, text[span.start : span.end])
    if confidence is not None:
        yield Assignment(name, span, confidence)


def _value(text: str, match: re.Match[str]) -> Span:
    start = match.end()
    for form, group in ((_ESCAPED, 2), (_TRIPLE, 1), (_DOUBLE, 1), (_SINGLE, 1), (_BACKTICK, 1)):
        quoted = form.match(text, start)
        if quoted is not None:
            return Span(quoted.start(group), quoted.end(group))
    groups = match.groupdict()
    if groups.get("tag"):
        return _span(_TO_TAG, text, start)
    if text[start : start + 1] in _OPENERS and groups.get("sign") == ":":
        return Span(start, start)
    whole_line = groups.get("sign") == ":" or (groups.get("sign") and _begins_line(text, match.start()))
    if whole_line and text[start : start + 1] not in {"$", "`"}:
        return _line_rest(text, start)
    return _without_closers(text, _span(_TO_SPACE, text, start))


def _begins_line(text: str, offset: int) -> bool:
    least = max(offset - _LONGEST_START, 0)  # to look further back for each name would take the square of the time
    begin = max(text.rfind("\n", least, offset), text.rfind("\r", least, offset)) + 1
    return (begin > least or least == 0) and _AT_LINE_START.match(text[begin:offset]) is not None


def _line_rest(text: str, start: int) -> Span:
    end = _span(_TO_LINE_END, text, start).end
    cut = _COMMENT.search(text, start, end)
    return _without_closers(text, Span(start, cut.start() if cut else end))


def _without_closers(text: str, span: Span) -> Span:
    value = text[span.start : span.end]
    closers = _CLOSERS.search(value)
    kept = value[: closers.start()] if closers else value
    if any(kept.count(opener) > kept.count(closer) for opener, closer in ("{}", "[]", "()")):  # `{{ .Values.x }}`
        kept = value.rstrip()
    return Span(span.start, span.start + len(kept))


def _span(form: Pattern, text: str, start: int) -> Span:
    match = form.match(text, start)
    return Span(start, match.end() if match else start)
