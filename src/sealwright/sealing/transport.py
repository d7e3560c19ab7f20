"""TLS towards one server with authorities and a client key of its own, for the library that makes the requests."""

from __future__ import annotations

from ssl import SSLCertVerificationError, SSLContext
from typing import Any

from requests.adapters import HTTPAdapter

_EXPIRED, _NOT_YET = 10, 9
_OTHER_NAME = frozenset({62, 64})
"""Numbers of OpenSSL, x509_vfy.h: X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH."""


class Transport(HTTPAdapter):
    """Connects with one TLS context and nothing added to it.

    The library would add the authorities of REQUESTS_CA_BUNDLE, or the public ones, to any context that it is given.
    """

    def __init__(self, tls: SSLContext, server_name: str) -> None:
        self._pool: dict[str, Any] = {"ssl_context": tls}
        if server_name:
            self._pool["server_hostname"] = server_name
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        """As HTTPAdapter has it."""
        super().init_poolmanager(connections, maxsize, block, **kwargs, **self._pool)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """As HTTPAdapter has it."""
        return super().proxy_manager_for(proxy, **kwargs, **self._pool)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """As HTTPAdapter has it (2.32 and later), without the authorities."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, dict(self._pool)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """As HTTPAdapter has it, without the authorities."""
        del url, verify, cert  # the context says all that there is to say
        conn.cert_reqs = "CERT_REQUIRED"


def distrust(error: BaseException) -> str:
    """Why a TLS certificate is not trusted, by the verification error inside the library's: words for a message."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, SSLCertVerificationError):
            return _words(current.verify_code)
        waiting += [*current.args, current.__context__, current.__cause__, getattr(current, "reason", None)]
    return "is not trusted"


def _words(code: int) -> str:
    if code == _EXPIRED:
        return "is not trusted: it has expired"
    if code == _NOT_YET:
        return "is not trusted: it is not valid yet; check this machine's clock"
    if code in _OTHER_NAME:
        return "is not trusted: it is for another host name"
    return "is not trusted: no authority known here signed it"
