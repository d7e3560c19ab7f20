"""Which addresses a certificate may be fetched from, and how an address is shown. Needs no network library."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sealwright.errors import NetworkError, UsageError

_FORM = "Give it as https://HOST/v1/cert.pem, or give a file."
_PUBLIC = "Leave them out: the certificate is public, and an address ends up in logs and process lists."
_PLAIN = "Use https, or pin the key's fingerprint, which protects what comes over plain http."


def describe(url: str) -> str:
    """An address as it may be shown: without user name, password, query and fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return "the address"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}" if host else "the address"


def checked(url: str, error: type[UsageError | NetworkError], *, pinned: bool) -> str:
    """The same address, if it may be asked; raises `error` if not.

    `error` tells what the user typed (UsageError) from where a server sent us (NetworkError).
    """
    shown = describe(url)
    if shown == "the address" or urlsplit(url).scheme not in ("http", "https"):
        raise error(f"{shown} is not an https address", hint=_FORM)
    if "@" in urlsplit(url).netloc:
        raise error(f"the address of {shown} holds a user name or password", hint=_PUBLIC)
    if urlsplit(url).scheme == "http" and not pinned:
        raise error(f"{shown} is plain http, so anyone on the way could exchange the key", hint=_PLAIN)
    return url


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own, as that of `kubectl port-forward` is: nobody is on the way."""
    from ipaddress import ip_address

    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
