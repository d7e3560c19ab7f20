"""Who we are to a server and how we know that it is the right one: what a kubeconfig comes down to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl

    from sealwright.plaintext import Plaintext


class Credentials(NamedTuple):
    """A token, or a certificate (PEM) and its key; nothing for somebody who is nobody."""

    token: Plaintext | None = None
    certificate: bytes = b""
    key: Plaintext | None = None

    def __repr__(self) -> str:
        return "Credentials()"


class Access(NamedTuple):
    """What goes with every request to one server.

    `tls` None leaves trust to REQUESTS_CA_BUNDLE or the public authorities; `server_name` is the name to expect in
    the server's certificate, '' for the host's own. `proxy` may hold credentials; '' leaves it to the environment.
    """

    token: Plaintext | None = None
    tls: ssl.SSLContext | None = None
    server_name: str = ""
    proxy: str = ""

    def __repr__(self) -> str:
        return "Access()"
