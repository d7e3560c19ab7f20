"""Credentials inside URLs: `scheme://user:password@host`, `?password=...`, in any text.

Source: RFC 3986 §3.2.1 (user information), the JDBC drivers of PostgreSQL, SQL Server and Oracle (properties in the
URL), MongoDB's and RabbitMQ's lists of hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.samples import looks_real
from sealwright.detect.credentials.values import SHORTEST, is_generic, judge, judge_promised
from sealwright.finding import Confidence, Span
from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_AUTHORITY = Pattern(r":(?:\\?/){2}(?P<authority>[^\s/\"'`<>\\]{1,600})")
_OF_SCHEME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-")
_LONGEST_SCHEME = 30
_MOST_SCHEMES = 3
"""`jdbc:mysql:replication://`."""
_REST = Pattern(r"[^\s\"'`<>]{0,4000}")
_ACTION = Pattern(r"\{\{[^{}\r\n]{0,300}\}\}")
_STOPS = ".,;"
_MOST_CLOSERS = 8
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ORACLE = Pattern(r"jdbc:oracle:(?:thin|oci8?):(?P<user>[^\s/\"'@]{1,60})/(?P<password>[^\s\"'@]{1,100})@[\w/(]")
_PARAMETER = Pattern(r"[?&;](?P<name>[A-Za-z_][\w.\-]{0,60})=(?P<value>[^&;\s\"'`<>]{1,2000})")
_HOST = Pattern(rf"[\w\[${{(*%{FILL}]")
_PORT = Pattern(r"\d{1,5}[?#;,&|)]")
_PERCENT = Pattern(r"%([2-7][0-9A-Fa-f])")
_FORMAT = Pattern(r"%[sdvq]|\{[\w.]{0,40}\}|\[[\w. \-]{0,40}\]|\$[A-Za-z_]\w{0,60}|\*+|\.{2,}|\(\w{0,40}\)")
_NAME = Pattern(r"[A-Za-z_\-]{1,60}\d{0,4}\Z")
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "example.", "host", "server", "hostname")  # noqa: S104
_DEFAULTS = frozenset({"guest"})
"""RabbitMQ's user of this name and password may come from the same machine only."""
_HTTP = ("http", "https")
_SHORTEST_TOKEN = 16
_SHORTEST_IN_PROSE = 8
_UNTOLD = frozenset("?#&=,;")
_PUBLIC_PARAMETERS = ("x-amz-signature", "x-goog-signature", "x-amz-credential", "x-amz-security-token")
"""Of signed URLs, which expire within days."""


class UrlCredential(NamedTuple):
    """`span` is the whole URL in the text."""

    span: Span
    confidence: Confidence


def url_credentials(text: str, *, strict: bool = False) -> Iterator[UrlCredential]:
    """Every URL in the text that holds a credential in clear.

    `strict` for documentation and code: only passwords that look random, and none for local and example hosts.
    """
    if "{{" in text:
        text = _ACTION.sub(_masked, text)
    done = read = 0  # how far hits reach, and how far parameters were looked at: nothing is read twice
    for match in _AUTHORITY.finditer(text):
        if match.start() < done:
            continue
        start = _start(text, match.start(), done)
        scheme = text[start : match.start()].lower()
        if not scheme:
            continue
        confidence = _in_authority(scheme, match.group("authority"), strict=strict)
        if confidence is None and match.start() >= read and not (strict and scheme.endswith(_HTTP)):
            read = _end(text, match)
            confidence = _in_parameters(text[match.start() : read], strict=strict)
        if confidence is not None:
            done = _end(text, match)
            yield UrlCredential(Span(start, done), confidence)
    if "jdbc:oracle:" in text:
        for match in _ORACLE.finditer(text):
            sure = _of_password(match.group("user"), match.group("password"), strict=strict)
            if sure is not None:
                yield UrlCredential(Span(match.start(), _end(text, match, "password")), sure)


def _start(text: str, end: int, least: int) -> int:
    """Where the URL begins whose `://` stands at `end`; `end` itself where no scheme stands before it."""
    found = end
    for _ in range(_MOST_SCHEMES):
        start = end
        while start > max(least, end - _LONGEST_SCHEME) and text[start - 1] in _OF_SCHEME:
            start -= 1
        while start < end and not text[start].isalpha():
            start += 1
        if start == end:
            break
        found = start
        if start <= least or text[start - 1] != ":":
            break
        end = start - 1
    return found


def _end(text: str, match: re.Match[str], group: str = "authority") -> int:
    """Where the URL ends: closing punctuation belongs to the sentence around it, unless it was opened inside."""
    start = match.start(group)
    rest = _REST.match(text, start)
    url = rest.group() if rest is not None else ""
    for _ in range(min(_MOST_CLOSERS, len(url) - 1)):
        opener = _CLOSERS.get(url[-1])
        if url[-1] not in _STOPS and (opener is None or url.count(opener) >= url.count(url[-1])):
            break
        url = url[:-1]
    return start + len(url)


def _in_authority(scheme: str, authority: str, *, strict: bool) -> Confidence | None:
    """What stands before the host. A list of hosts has the credential before its first."""
    first = authority.partition(",")[0] if authority.count("@") > 1 else authority
    information, at, host = first.rpartition("@")
    if not at or not _HOST.match(host):
        return None
    user, colon, password = information.partition(":")
    if not _UNTOLD.isdisjoint(user) or _PORT.match(password) or user == "mailto":
        return None  # `host?email=a@b`, `host:8080?email=a@b`: the @ is no part of the authority
    if strict and host.lower().startswith(_LOCAL):
        return None
    if colon:
        return _of_password(user, password, strict=strict)
    return _of_user(scheme, user)


def _of_password(user: str, password: str, *, strict: bool) -> Confidence | None:
    plain = _PERCENT.sub(_unescaped, password)
    if len(plain) < SHORTEST or _FORMAT.fullmatch(plain) or is_generic(plain) or plain in _DEFAULTS:
        return None
    sure = judge_promised(Promise.STRONG, plain)
    if sure is None or (strict and (len(plain) < _SHORTEST_IN_PROSE or not looks_real(plain))):
        return None
    if plain == user or (_NAME.match(plain) and promise_of(plain) is not Promise.NOTHING):
        return Confidence.POSSIBLE  # `postgres:postgres`, `root:mysecretpassword`: a default, or a description
    return sure


def _of_user(scheme: str, user: str) -> Confidence | None:
    """A token instead of a user's name. The name before Sentry's host is public: programs in browsers show it."""
    if not scheme.endswith(_HTTP) or len(user) < _SHORTEST_TOKEN or _FORMAT.search(user):
        return None
    if judge_promised(Promise.WEAK, user) is None or _is_digest(user):
        return None
    return Confidence.LIKELY


def _is_digest(user: str) -> bool:
    return len(user) == 32 and all(char in "0123456789abcdef" for char in user)


def _in_parameters(url: str, *, strict: bool) -> Confidence | None:
    for match in _PARAMETER.finditer(url):
        name, value = match.group("name"), _PERCENT.sub(_unescaped, match.group("value"))
        sure = judge(name, value)
        if sure is None or sure is Confidence.POSSIBLE or name.lower() in _PUBLIC_PARAMETERS or _FORMAT.search(value):
            continue
        if not strict or looks_real(value):
            return sure
    return None


def _masked(match: re.Match[str]) -> str:
    """A template action as the parsers mask it: one character for each."""
    return FILL * len(match.group())


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match.group(1), 16))
