"""Addresses of repositories elsewhere, as git takes them: what may be asked for, and what each is called.

Syntax: gitglossary and git-fetch, "GIT URLS" (git-scm.com/docs/git-fetch). Of the transports, those that start programs
of the user's choice (`ext::`, `fd::`, any `name::`) are refused, and so is everything that a shell, a credential helper
or a report could take for something else. No message repeats an address that is refused: it may hold a token.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn
from urllib.parse import unquote

from sealwright.errors import UsageError
from sealwright.patterns import Pattern

_PORTS = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
_TAKEN = "https, ssh, git and file URLs, and git@HOST:OWNER/NAME, are taken"
_LONGEST = 2000
_SCHEME = Pattern(r"[A-Za-z][A-Za-z0-9+.-]*")
_HELPER = Pattern(r"[A-Za-z0-9+.-]*::")
_HOST = Pattern(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?|\[[0-9A-Fa-f:.]+\])")
_USER = Pattern(r"[A-Za-z0-9_][A-Za-z0-9._+~-]*")
_AT_HOST = Pattern(r"(?:(?P<user>[^@:/\[\]]*)@)?(?P<host>[^@:/\[\]]+|\[[^\[\]/]*\]):(?P<path>.*)")
_LOOPBACK = Pattern(r"localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]")


class Address(NamedTuple):
    """`location` is what git is told, `name` is HOST/PATH, and `key` the same for every spelling of one address."""

    location: str
    name: str
    key: str


def address(word: str) -> Address | None:
    """The address that a word is; None for what may be a path. Raises UsageError for one that is not taken."""
    if _HELPER.match(word):
        raise UsageError("programs that bring repositories (NAME::ADDRESS) are not started", hint=_TAKEN)
    scheme, separator, rest = word.partition("://")
    if separator and _SCHEME.fullmatch(scheme):
        _check_text(word)
        return _of_url(scheme.lower(), rest)
    match = _AT_HOST.fullmatch(word)
    if match is None or _is_path(match["user"], match["host"], match["path"]):
        return None
    _check_text(word)
    return _at_host(match["user"], match["host"], match["path"])


def without_user(url: str) -> str:
    """The URL without a name before its host, as some forges export it; a password stays, and is refused later."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if not separator or scheme.lower() not in ("http", "https") or not at or ":" in user:
        return url
    return f"{scheme}://{host}{slash}{path}"


def _is_path(user: str | None, host: str, path: str) -> bool:
    """`C:\\git`, or a colon somewhere in a name."""
    return (user is None and (len(host) == 1 or host.startswith("."))) or not path


def _of_url(scheme: str, rest: str) -> Address:
    authority, _, path = rest.partition("/")
    if scheme == "file":
        return _of_file(authority, path)
    if scheme not in _PORTS:
        raise UsageError("this kind of URL is not taken", hint=_TAKEN)
    user, at, place = authority.rpartition("@")
    if at and (":" in user or scheme != "ssh"):
        _refuse_credential()
    host, port = _host_and_port(scheme, place)
    _check_path(path)
    if scheme == "http" and not _LOOPBACK.fullmatch(host):
        raise UsageError("an http URL is not taken: everybody on the way can read and change it", hint="use https")
    if at and not _USER.fullmatch(user):
        _refuse_credential()
    shown = f"{host}:{port}" if port else host
    whole = f"{scheme}://{user}{at}{shown}/{path}"
    return Address(whole, _named(shown, path), f"{scheme}://{user}{at}{shown}/{_bare(path)}")


def _of_file(authority: str, path: str) -> Address:
    if authority not in ("", "localhost"):
        raise UsageError("a file URL has three slashes: file:///srv/git/app.git", hint="or give the path by itself")
    _check_path(path)
    return Address(f"file:///{path}", _bare(unquote(path)), f"file:///{_bare(path)}")


def _at_host(user: str | None, host: str, path: str) -> Address:
    """`git@host:owner/name`. The path is one from the user's home there, unless it begins with a slash."""
    if path.startswith("//") or not _HOST.fullmatch(host):
        raise UsageError("this is neither a URL nor a path", hint=_TAKEN)
    if user is not None and not _USER.fullmatch(user):
        _refuse_credential()
    _check_path(path.lstrip("/"))
    begin = f"{user}@{host.lower()}" if user is not None else host.lower()
    return Address(f"{begin}:{path}", _named(host.lower(), path), f"ssh:{begin}:{_bare(path)}")


def _host_and_port(scheme: str, place: str) -> tuple[str, int]:
    """The host in lower case, and the port where it is not the usual one (else 0)."""
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, ""
    if not _HOST.fullmatch(host) or (port and not (port.isascii() and port.isdigit() and int(port[:6]) < 65536)):
        raise UsageError("the host of this URL is none (a password with a slash in it?)", hint=_TAKEN)
    number = int(port or "0")
    return host.lower(), 0 if number == _PORTS[scheme] else number


def _check_path(path: str) -> None:
    """What stands behind the host: a path and nothing else."""
    if "@" in path:
        _refuse_credential()
    if "?" in path or "#" in path:
        raise UsageError("a URL with a query is not taken: it may hold a token", hint="give the URL up to the path")
    decoded = unquote(path, errors="surrogateescape")
    if not decoded.strip("/") or decoded.startswith("-"):
        raise UsageError("the URL names no repository", hint="for example: https://github.com/OWNER/NAME")
    if not decoded.replace("\udcff", "").isprintable() and any(ord(char) < 32 or ord(char) == 127 for char in decoded):
        raise UsageError("the URL has control characters in it", hint=_TAKEN)


def _check_text(word: str) -> None:
    if len(word) > _LONGEST or not word.isprintable() or " " in word:
        raise UsageError("this URL is too long, or has blanks or control characters in it", hint=_TAKEN)


def _refuse_credential() -> NoReturn:
    raise UsageError(
        "a URL with a password, a token or a user in it is not taken",
        hint="give it without; git asks its credential helper for the password (see `git help credentials`)",
    )


def _bare(path: str) -> str:
    """The path without what may or may not be written at its end."""
    return path.rstrip("/").removesuffix(".git").rstrip("/")


def _named(host: str, path: str) -> str:
    return f"{host}/{_bare(path).strip('/')}"
