"""Fetching a certificate from an address that the user named.

Whoever answers decides whom the secrets are sealed for. So: TLS, verified; plain http only where a pinned
fingerprint will be checked on what comes back. No user name, password or query of an address reaches a message.
"""

from __future__ import annotations

from urllib.parse import urljoin

from sealwright.errors import NetworkError, UsageError
from sealwright.sealing.address import checked, describe

__all__ = ["describe", "fetch_certificate"]

_MAXIMUM_REDIRECTS = 5


def fetch_certificate(url: str, *, pinned: bool, timeout: float = 10.0) -> bytes:
    """What an address answers, at most 1 MiB; `certificate.load_certificate` checks it.

    `pinned` says that the caller will check the fingerprint of what comes back; only that allows http, for the
    address itself and for where it redirects. `timeout` is in seconds: for connecting, for each silence, and for
    the whole body. Proxies and REQUESTS_CA_BUNDLE are taken from the environment as `requests` does; what
    ~/.netrc holds is not sent.

    Raises UsageError for an address that must not be asked, NetworkError for an answer that is not to be used:
    none, not trusted, too slow, too large, not status 200, or a redirect to where we must not go.
    """
    # Here and not above: it imports `requests`, which costs a hook more than all else.
    from sealwright.sealing.exchange import REDIRECTS, ask, too_many_redirects

    target = checked(url, UsageError, pinned=pinned)
    for _ in range(_MAXIMUM_REDIRECTS + 1):
        status, answer = ask(target, timeout)
        if status not in REDIRECTS:
            return answer
        target = checked(_joined(target, answer), NetworkError, pinned=pinned)
    raise too_many_redirects(url)


def _joined(base: str, location: bytes) -> str:
    """Where a redirect leads; "" if its Location cannot be read, which no check lets through."""
    try:
        return urljoin(base, location.decode()) if location else ""
    except ValueError:
        return ""
