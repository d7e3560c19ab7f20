"""Texts that give a name a value without a sign between them: directives of servers, SQL, HTTP headers, PHP.

Sources: the manuals of Redis (redis.conf, ACL files), curl (.netrc), Fluentd, PostgreSQL and MySQL (CREATE USER),
RFC 6750 and RFC 7617 (HTTP headers), Apache (htpasswd), WordPress (wp-config.php), strongSwan (ipsec.secrets), Squid
(cache_peer).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.credentials.values import judge_promised, looks_random
from sealwright.finding import Confidence, Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_MULTILINE = 0x08
_IGNORE_CASE = 0x02
_DIRECTIVE = Pattern(
    r"^[ \t]{0,40}(?:user[ \t]+\S{1,60}[ \t]+|login[ \t]+\S{1,60}[ \t]+)?(?P<name>[A-Za-z][\w.\-]{1,60})[ \t]{1,20}"
    r"(?P<value>[^\s=:#][^\s]{2,300})[ \t]{0,20}\r?$",
    _MULTILINE,
)
_SQL = Pattern(
    r"\b(?P<name>identified[ \t]+by(?:[ \t]+password)?|(?:encrypted[ \t]+)?password)[ \t]+'(?P<value>[^'\r\n]{3,300})'",
    _IGNORE_CASE,
)
_HEADER = Pattern(r"\b(?P<name>Bearer|Basic|ApiKey)[ ]{1,4}(?P<value>[A-Za-z0-9._~+/\-]{16,4000}={0,2})")
_CALL = Pattern(r"""define\(\s{0,8}["'](?P<name>\w{2,60})["']\s{0,8},\s{0,8}["'](?P<value>[^"'\r\n]{3,300})["']""")
_HTPASSWD = Pattern(
    r"(?<![\w.\-])[\w.@\-]{1,60}:(?P<value>\$(?:apr1|2[abxy]|5|6|y)\$[A-Za-z0-9./$]{16,120}|\{S?SHA\}[A-Za-z0-9+/=]{20,60})"
)
_ACCESS_RULE = Pattern(
    r"^[ \t]{0,40}user[ \t]+\S{1,60}[ \t](?:[^\r\n]{0,400}?[ \t])?>(?P<value>[^\s>]{3,300})", _MULTILINE
)
_SHARED_KEY = Pattern(r""":[ \t]{1,20}(?:PSK|EAP|XAUTH)[ \t]{1,20}"(?P<value>[^"\r\n]{3,300})\"""")
_PROXY_LOGIN = Pattern(
    r"^[ \t]{0,40}cache_peer[ \t][^\r\n]{0,400}?\blogin=[^\s:=]{1,60}:(?P<value>\S{3,300})", _MULTILINE
)
_SHORTEST = 6


class Idiom(NamedTuple):
    """One value and what it is called; `span` is its place in the text."""

    name: str
    span: Span
    confidence: Confidence


def idioms(text: str) -> Iterator[Idiom]:
    """Every credential in clear that the text gives in one of these ways."""
    if "\n" in text:
        yield from (_found(match) for match in _DIRECTIVE.finditer(text) if _is_directive(match))
    if "'" in text:
        yield from (_found(match) for match in _SQL.finditer(text) if _is_credential(match))
    if "Bearer" in text or "Basic" in text or "ApiKey" in text:
        yield from (_found(match, "Authorization") for match in _HEADER.finditer(text) if _is_random(match))
    if "$apr1$" in text or "$2" in text or "$y$" in text or "$6$" in text or "$5$" in text or "SHA}" in text:
        yield from (_found(match, "password") for match in _HTPASSWD.finditer(text))
    if "+@" in text or "allkeys" in text:
        yield from (_found(match, "password") for match in _ACCESS_RULE.finditer(text) if _is_credential(match))
    if 'PSK "' in text or 'EAP "' in text or 'XAUTH "' in text:
        yield from (_found(match, "secret") for match in _SHARED_KEY.finditer(text) if _is_credential(match))
    if "cache_peer" in text:
        yield from (_found(match, "login") for match in _PROXY_LOGIN.finditer(text) if _is_credential(match))
    if "define(" in text:
        for match in _CALL.finditer(text):
            if promise_of(match.group("name")) is Promise.STRONG and _is_credential(match):
                yield _found(match)


def _found(match: re.Match[str], name: str = "") -> Idiom:
    return Idiom(name or match.group("name"), Span(*match.span("value")), Confidence.LIKELY)


def _is_directive(match: re.Match[str]) -> bool:
    """Two words on a line may be a sentence, so the second must look made by somebody who was asked for a password."""
    value = match.group("value")
    if promise_of(match.group("name")) is not Promise.STRONG or len(value) < _SHORTEST:
        return False
    return _is_credential(match) and (looks_random(value) or any(char.isdigit() for char in value))


def _is_credential(match: re.Match[str]) -> bool:
    return judge_promised(Promise.STRONG, match.group("value")) is Confidence.LIKELY


def _is_random(match: re.Match[str]) -> bool:
    return judge_promised(Promise.WEAK, match.group("value")) is not None
