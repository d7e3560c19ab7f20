"""Who a kubeconfig's user is to the API server: a token, a client certificate, or what a plug-in gives."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError
from sealwright.plaintext import Plaintext
from sealwright.sealing.access import Credentials
from sealwright.sealing.kubeconfig.files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.sealing.kubeconfig.files import Entry

_FILES = ("tokenFile", "client-certificate", "client-key")
_REFUSED = {
    "username": "basic authentication, which no API server takes since Kubernetes 1.19",
    "password": "basic authentication, which no API server takes since Kubernetes 1.19",
    "auth-provider": "an `auth-provider`, which kubectl dropped in 1.26",
    "as": "impersonation (`as`)",
    "as-uid": "impersonation (`as-uid`)",
    "as-groups": "impersonation (`as-groups`)",
    "as-user-extra": "impersonation (`as-user-extra`)",
}
_HINT = "use a token, a client certificate or an exec plug-in"


def reaches_out(user: Entry) -> str:
    """What a user entry would have run or read beyond its own file, in words; '' for nothing."""
    if user.values.get("exec"):
        return "a program to run (`exec`)"
    return next((f"a file to send from (`{key}`)" for key in _FILES if user.values.get(key)), "")


def credentials_of(user: Entry, cluster: Entry, untrusted: Sequence[str]) -> Credentials:
    """The credentials of a user entry. What is there twice counts as for kubectl: data over files, a token's file over
    the token. Raises ConfigurationError or UsageError; never shows a value."""
    for key, what in _REFUSED.items():
        if user.values.get(key):
            raise ConfigurationError(f"the user has {what}", place=user.path, hint=_HINT)
    if user.values.get("exec"):
        from sealwright.sealing.kubeconfig.plugin import credentials_by_plugin

        return credentials_by_plugin(user, cluster, untrusted)
    certificate, private = data_or_file(user, "client-certificate"), data_or_file(user, "client-key")
    if bool(certificate) != bool(private):
        missing = "client-key" if certificate else "client-certificate"
        raise ConfigurationError(f"the user has no `{missing}`", place=user.path, hint="a pair belongs together")
    token = user.file("tokenFile")
    text = read_bytes(token, "the token") if token else user.text("token").encode("utf-8", "replace")
    return Credentials(token_of(text, user.path), certificate, Plaintext(private) if private else None)


def token_of(data: bytes, place: str) -> Plaintext | None:
    """A token as it can stand in a header; None for an empty one."""
    token = data.strip()
    if any(byte <= 0x20 or byte >= 0x7F for byte in token):
        raise ConfigurationError("the token holds characters that no token has", place=place, hint="get a new one")
    return Plaintext(token) if token else None


def data_or_file(entry: Entry, key: str) -> bytes:
    """What `KEY-data` holds in base64, or else the file that `KEY` names; b'' for neither."""
    data = entry.text(f"{key}-data")
    if not data:
        path = entry.file(key)
        return read_bytes(path, f"`{key}`") if path else b""
    try:
        return b64decode("".join(data.split()), validate=True)
    except ValueError:
        raise ConfigurationError(f"`{key}-data` is not base64", place=entry.path, hint="get a new kubeconfig") from None
