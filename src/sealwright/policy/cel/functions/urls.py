"""URLs as Go reads the target of a request: absolute, or a path from the root."""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_plus

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.values import URL

_SCHEME = Pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = Pattern(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = Pattern(r"%(?![0-9A-Fa-f]{2})")
_HOST = Pattern(r"(?:\[[0-9A-Fa-f:.%a-z]+\]|[^\[\]:/?#\x00-\x20\"<>\\^`{|}]*)(?::[0-9]*)?")
_USER = Pattern(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_PATH = Pattern(r"[A-Za-z0-9._~!$&'()*+,;=:@/\[\]%-]*")
_UNCHANGED_IN_A_PATH = "$&+,/:;=@"


def _read(text: str) -> URL | None:
    """The URL, or None where it is none."""
    if not text or _CONTROL.search(text):
        return None
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if not rest.startswith("/") and not scheme:
        return URL(text, "", "", "*", "") if text == "*" else None
    rest, _, query = rest.partition("#")[0].partition("?")
    name = scheme[1].lower() if scheme else ""
    if not rest.startswith("/"):
        return URL(text, name, "", "", query)
    host, path = "", rest
    if scheme and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
        user, _, host = authority.rpartition("@")
        if not (_USER.fullmatch(user) and _HOST.fullmatch(host)) or _BAD_ESCAPE.search(authority):
            return None
    return None if _BAD_ESCAPE.search(path) else URL(text, name, host, path, query)


def _url(text: str) -> URL:
    url = _read(text)
    if url is None:
        raise EvaluationError("url(): the string is not an absolute URL")
    return url


def is_url(text: str) -> bool:
    """Whether the text is an absolute URL, or a path from the root."""
    return _read(text) is not None


def _scheme(url: URL) -> str:
    return url.scheme


def _host(url: URL) -> str:
    return unquote(url.host)


def _split_host(url: URL) -> tuple[str, str]:
    host = unquote(url.host)
    name, colon, port = host.rpartition(":")
    if not colon or "]" in port:
        name, port = host, ""
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name, port


def _hostname(url: URL) -> str:
    return _split_host(url)[0]


def _port(url: URL) -> str:
    return _split_host(url)[1]


def _escaped_path(url: URL) -> str:
    return url.path if _PATH.fullmatch(url.path) else quote(unquote(url.path), safe=_UNCHANGED_IN_A_PATH)


def _query(url: URL) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for pair in url.query.split("&"):
        if pair and ";" not in pair and not _BAD_ESCAPE.search(pair):
            key, _, value = pair.partition("=")
            result.setdefault(unquote_plus(key), []).append(unquote_plus(value))
    return result


FUNCTIONS = (
    *define(_url, "url(string): url"),
    *define(is_url, "isURL(string): bool"),
    *define(_scheme, "url getScheme(): string"),
    *define(_host, "url getHost(): string"),
    *define(_hostname, "url getHostname(): string"),
    *define(_port, "url getPort(): string"),
    *define(_escaped_path, "url getEscapedPath(): string"),
    *define(_query, "url getQuery(): map(string, list(string))"),
)
