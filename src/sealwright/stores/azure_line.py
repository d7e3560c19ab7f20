"""Questions to an Azure Key Vault, and what its refusals mean. Import it only where one is asked.

Source: learn.microsoft.com/rest/api/keyvault/secrets, /azure/key-vault/general/rest-error-codes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from sealwright.errors import ConfigurationError, StoreError
from sealwright.patterns import Pattern
from sealwright.stores.attempts import ANSWERING, CONNECTING, MOST, UNREACHABLE, Trouble, patiently, seconds
from sealwright.stores.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright import config

T = TypeVar("T")

_NAME = Pattern(r"[A-Za-z][A-Za-z0-9-]{2,23}\Z")
_HOST = Pattern(
    r"https://[A-Za-z][A-Za-z0-9-]{2,23}\.vault\."
    r"(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)/?\Z"
)
_LOGIN = (
    "run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; it must be the vault's tenant"
)
_ROLE = "it needs the role Key Vault Secrets Officer on the vault, or the permissions get, list and set for secrets"
_FIREWALL = "add the address of this machine to the vault's firewall, or run it where the vault can be reached"
_ENABLE = "`az keyvault secret set-attributes --enabled true` enables it; or choose another name"
_REACH = "check the vault's name, the network and HTTPS_PROXY"
_LATER = "run it again later"


class Refused(NamedTuple):
    """A refusal that a caller may have expected: `missing`, or `deleted` where the name is kept for recovery."""

    why: str


class Line:
    """One vault, for several threads: each has a client of its own, and all share the credential."""

    def __init__(self, store: config.Store) -> None:
        self.url = url_of(store)
        self._lock = threading.Lock()
        self._credential: Any = None
        self._local = threading.local()

    def ask(
        self, name: str, call: Callable[[Any], T], done: Callable[[], T | Refused | None] | None = None
    ) -> T | Refused:
        """What a call of the client returns, or a refusal that is in the nature of the question.

        Raises StoreError, which has the name, for others.
        """
        _check_installed()

        def attempt() -> T | Refused | Trouble:
            return _attempt(name, lambda: call(self._client()))

        return cast("T | Refused", patiently(attempt, done))

    def _client(self) -> Any:
        client = getattr(self._local, "client", None)
        if client is None:
            with self._lock:
                self._credential = self._credential or _credential(self.url)
            client = self._local.client = _open(self.url, self._credential)
        return client


def url_of(store: config.Store) -> str:
    """The vault's address, without a slash at its end. Raises ConfigurationError for what cannot be one.

    Tokens and values are sent there, so that it must be Microsoft's.
    """
    vault = store.vault
    if _NAME.match(vault):
        return f"https://{vault}.vault.azure.net"
    if _HOST.match(vault) or (vault.startswith("https://") and is_loopback(vault)):
        return vault.rstrip("/")
    hint = "`vault` is a name of 3 to 24 letters, digits and -, or an address such as https://NAME.vault.azure.net"
    raise ConfigurationError(f"stores.{store.name} names no Key Vault", hint=hint)


class _NoCredential:
    """For a vault on this machine: what is sent to it is nobody's."""

    def get_token(self, *_: str, **__: Any) -> Any:
        """A token that opens nothing."""
        from azure.core.credentials import AccessToken

        return AccessToken("none", 2**40)


def _credential(url: str) -> Any:
    if is_loopback(url):
        return _NoCredential()
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential()


def _check_installed() -> None:
    try:
        import azure.identity
        import azure.keyvault.secrets  # noqa: F401
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        hint = "pip install 'sealwright[azure]'"
        raise StoreError("the package that talks to Azure Key Vault is missing", hint=hint)


def _open(url: str, credential: Any) -> Any:
    """A client that asks once: how often is decided here, where a lost answer can be looked for."""
    from azure.keyvault.secrets import SecretClient

    return SecretClient(
        url,
        credential,
        verify_challenge_resource=not is_loopback(url),
        retry_total=0,
        connection_timeout=CONNECTING,
        read_timeout=ANSWERING,
        logging_enable=False,
    )


def _attempt(name: str, call: Callable[[], T]) -> T | Refused | Trouble:
    from azure.core import exceptions

    kind = "final"
    try:
        return call()
    except exceptions.ClientAuthenticationError as error:
        status = getattr(error, "status_code", None)
        message, hint = "nobody is logged in at Azure, or not for this vault", _LOGIN
        if status is not None and status != 401:
            return _meaning(name, error)
    except exceptions.ServiceRequestTimeoutError:
        message, hint, kind = "the vault does not answer", _REACH, "down"
    except exceptions.ServiceRequestError as error:
        message, hint = "the vault cannot be reached", _REACH
        kind = "final" if _is_tls(error) else "down"
        if kind == "final":
            message, hint = "the vault's TLS certificate is not trusted", "check REQUESTS_CA_BUNDLE"
    except exceptions.ServiceResponseError:
        message, hint, kind = "the vault broke off its answer, or took too long", _LATER, "lost"
    except exceptions.HttpResponseError as error:
        return _meaning(name, error)
    except Exception as error:  # noqa: BLE001 - its text may quote what was sent
        message, hint = f"the question failed ({type(error).__name__})", _REACH
    most = UNREACHABLE if kind == "down" else MOST
    error_ = StoreError(f"{name}: {message}", hint=hint)
    return Trouble(error_, again=kind == "down", lost=kind == "lost", most=most)


def _meaning(name: str, error: Any) -> Refused | Trouble:
    """What a refusal means. Its text is not used."""
    status, inner = int(getattr(error, "status_code", 0) or 0), _inner_code(error)
    if status == 404:
        return Refused("missing")
    if status == 409 and inner == "ObjectIsDeletedButRecoverable":
        return Refused("deleted")
    after = seconds(getattr(getattr(error, "response", None), "headers", {}).get("Retry-After"))
    message, hint = f"the vault does not work at the moment (status {status})", _LATER
    if status == 409:
        message, hint = "the vault is just deleting or recovering it", "run it again in a minute"
    elif status == 401:
        message, hint = "nobody is logged in at Azure, or not for this vault", _LOGIN
    elif status == 403 and inner == "SecretDisabled":
        message, hint = "it is disabled", _ENABLE
    elif status == 403 and inner in {"ForbiddenByFirewall", "ForbiddenByConnection"}:
        message, hint = "the vault's firewall does not let this machine in", _FIREWALL
    elif status == 403:
        message, hint = "that is not permitted", _ROLE
    elif status == 429:
        message = "the vault is too busy"
    elif status == 200:
        message, hint = "that is no answer of a vault", _REACH
    elif 400 <= status < 500:
        message, hint = "the vault refuses that", "check its name, its size and its tags"
    # 200 and 0: an answer that broke off, or that cannot be read.
    again, lost = status in {409, 429, 503}, status in {0, 200, 500, 502, 504}
    most = UNREACHABLE if status in {0, 200} else MOST
    return Trouble(StoreError(f"{name}: {message}", hint=hint), again, lost, after, most)


def _inner_code(error: Any) -> str:
    """The innermost code that the service gives, '' for none."""
    inner = getattr(getattr(error, "error", None), "innererror", None)
    return str(inner.get("code", "")) if isinstance(inner, dict) else ""


def _is_tls(error: Any) -> bool:
    import requests

    return isinstance(getattr(error, "inner_exception", None), requests.exceptions.SSLError)
