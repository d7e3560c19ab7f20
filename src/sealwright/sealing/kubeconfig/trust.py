"""The TLS of a cluster: its own authorities and no others, and a client's certificate without a file on the way."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError
from sealwright.sealing.kubeconfig.credentials import data_or_file

if TYPE_CHECKING:
    from sealwright.plaintext import Plaintext
    from sealwright.sealing.kubeconfig.files import Entry

_PIPE = 16 * 1024
"""Bytes that a pipe takes on every system before somebody reads."""
_DESCRIPTORS = "/dev/fd"


def authorities(cluster: Entry) -> str:
    """The PEM authorities that a cluster entry names; '' where it leaves that to the system."""
    data = data_or_file(cluster, "certificate-authority")
    if not data:
        return ""
    text = data.decode("latin-1")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        hint = "it holds PEM certificates; get a new kubeconfig"
        raise ConfigurationError(
            "the cluster's `certificate-authority` cannot be read", place=cluster.path, hint=hint
        ) from None
    return text


def context_for(authority: str, certificate: bytes, key: Plaintext | None, *, place: str) -> ssl.SSLContext:
    """A context that trusts `authority` (PEM) alone, or without one what the environment says, or the public ones."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # As Go does: what is named is trusted, be it a root, an intermediate or the server's own certificate.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if authority:
        context.load_verify_locations(cadata=authority)
    else:
        _load_usual(context)
    if key is not None:
        _load_pair(context, certificate, key, place)
    return context


def _load_usual(context: ssl.SSLContext) -> None:
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    path = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    try:
        context.load_verify_locations(capath=path) if os.path.isdir(path) else context.load_verify_locations(path)
    except (OSError, ssl.SSLError):
        hint = "name a file of PEM certificates"
        raise ConfigurationError("REQUESTS_CA_BUNDLE cannot be used", place=path, hint=hint) from None


def _load_pair(context: ssl.SSLContext, certificate: bytes, key: Plaintext, place: str) -> None:
    """The library takes files only. A key from a kubeconfig goes through a pipe: it never lies in a file of its own."""
    if not os.path.isdir(_DESCRIPTORS):
        message = "a client certificate cannot be handed over on this system"
        raise ConfigurationError(message, place=place, hint="use a token or an exec plug-in that gives one")
    if max(len(certificate), len(key.reveal())) > _PIPE:
        raise ConfigurationError(
            "the client's certificate or key is too large", place=place, hint="is it the right file?"
        )
    public, private = _pipe(certificate), _pipe(key.reveal())
    try:
        # Without a passphrase at hand, OpenSSL would ask for one on the terminal.
        context.load_cert_chain(f"{_DESCRIPTORS}/{public}", f"{_DESCRIPTORS}/{private}", password=lambda: "")
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        hint = "they must be PEM, belong together, and have no passphrase"
        raise ConfigurationError("the client's certificate and key cannot be used", place=place, hint=hint) from None
    finally:
        os.close(public)
        os.close(private)


def _pipe(data: bytes) -> int:
    """A descriptor to read these bytes from."""
    readable, writable = os.pipe()
    try:
        os.write(writable, data)
    finally:
        os.close(writable)
    return readable
