"""Questions to Google's Secret Manager, and what its refusals mean. Import it only where one is asked.

Source: cloud.google.com/secret-manager/docs/reference/rest; google.api_core.exceptions.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from sealwright.errors import StoreError
from sealwright.patterns import Pattern
from sealwright.stores.attempts import ANSWERING, MOST, UNREACHABLE, Trouble, patiently, seconds
from sealwright.stores.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright import config

T = TypeVar("T")

_ENDPOINT = Pattern(r"(?:https://)?[a-z0-9.-]+\.googleapis\.com/?\Z")
_LOGIN = "run `gcloud auth application-default login`, or name a credentials file in GOOGLE_APPLICATION_CREDENTIALS"
_ROLES = (
    "it needs secretmanager.secrets.create/get/update and secretmanager.versions.add/get/access; also check that the"
    " project is right and that it has the API switched on"
)
_REACH = "check the network and HTTPS_PROXY"
_LATER = "run it again later"


class Refused(NamedTuple):
    """A refusal that a caller may have expected: `missing`, `exists`, `inactive` (no enabled version) or `stale`."""

    why: str


_EXPECTED = {
    "NOT_FOUND": "missing",
    "ALREADY_EXISTS": "exists",
    "FAILED_PRECONDITION": "inactive",
    "ABORTED": "stale",
}


class Line:
    """One project, for several threads: each has a client of its own, and all share the credentials."""

    def __init__(self, store: config.Store) -> None:
        self._endpoint = endpoint_of(store)
        self._lock = threading.Lock()
        self._credentials: Any = None
        self._local = threading.local()

    def ask(
        self, name: str, call: Callable[[Any, dict[str, Any]], T], done: Callable[[], T | Refused | None] | None = None
    ) -> T | Refused:
        """What a call of the client returns; it is given the client and the options of every call.

        A refusal that is in the nature of the question is returned. Raises StoreError, which has the name, for others.
        """

        _check_installed()

        def attempt() -> T | Refused | Trouble:
            return _attempt(name, lambda: call(self._client(), {"timeout": ANSWERING, "retry": None}))

        return cast("T | Refused", patiently(attempt, done))

    def _client(self) -> Any:
        client = getattr(self._local, "client", None)
        if client is None:
            with self._lock:
                self._credentials = self._credentials or _credentials(self._endpoint)
            client = self._local.client = _open(self._endpoint, self._credentials)
        return client


def endpoint_of(store: config.Store) -> str:
    """Where the service is: that of the location, or Google's own for all. Raises StoreError for any other's."""
    if not store.endpoint:
        return (
            f"secretmanager.{store.location}.rep.googleapis.com" if store.location else "secretmanager.googleapis.com"
        )
    if is_loopback(store.endpoint):
        return store.endpoint.rstrip("/")
    if not _ENDPOINT.match(store.endpoint):
        hint = "only names below googleapis.com: credentials and values are sent there"
        raise StoreError(f"the endpoint of store {store.name} is not Google's", hint=hint)
    return store.endpoint.removeprefix("https://").rstrip("/")


def _check_installed() -> None:
    try:
        import google.cloud.secretmanager_v1  # noqa: F401
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        hint = "pip install 'sealwright[gcp]'"
        raise StoreError("the package that talks to Google's Secret Manager is missing", hint=hint)


def _credentials(endpoint: str) -> Any:
    """Those of the environment; none for this machine itself."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials

    if is_loopback(endpoint):
        return AnonymousCredentials()  # type: ignore[no-untyped-call]
    return google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])[0]


def _open(endpoint: str, credentials: Any) -> Any:
    """A client that talks HTTP, as every proxy can, and that keeps what passes out of every log."""
    from google.auth.transport import requests as of_requests
    from google.cloud import secretmanager_v1
    from google.cloud.secretmanager_v1.services.secret_manager_service import client as of_client
    from google.cloud.secretmanager_v1.services.secret_manager_service.transports import rest

    client = secretmanager_v1.SecretManagerServiceClient(
        credentials=credentials, transport="rest", client_options={"api_endpoint": endpoint}
    )
    # At the level of debugging these write whole requests and answers, values and all.
    for module in (of_client, rest, of_requests):
        logger = getattr(module, "_LOGGER", None)
        if logger is not None:
            logger.disabled = True
    return client


def _attempt(name: str, call: Callable[[], T]) -> T | Refused | Trouble:
    import requests
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import GoogleAuthError

    try:
        return call()
    except GoogleAPICallError as error:
        return _meaning(name, error)
    except GoogleAuthError:
        message, hint, kind = "nobody is logged in at Google Cloud, or no longer", _LOGIN, "final"
    except requests.exceptions.SSLError:
        message, hint, kind = "its TLS certificate is not trusted", "check REQUESTS_CA_BUNDLE", "final"
    except requests.exceptions.ConnectTimeout:
        message, hint, kind = "Google's Secret Manager does not answer", _REACH, "down"
    except requests.ConnectionError as error:
        down = _never_sent(error)
        message, hint, kind = "Google's Secret Manager cannot be reached, or broke off", _REACH, "lost"
        kind = "down" if down else kind
    except requests.RequestException:
        message, hint, kind = "Google's Secret Manager did not answer as it should", _REACH, "lost"
    except Exception as error:  # noqa: BLE001 - its text may quote what was sent
        message, hint, kind = f"the question failed ({type(error).__name__})", _LATER, "final"
    most = UNREACHABLE if kind == "down" else MOST
    return Trouble(_about(name, message, hint), again=kind == "down", lost=kind == "lost", most=most)


def _meaning(name: str, error: Any) -> Refused | Trouble:
    """What a refusal means. Its text is not used: it quotes the request."""
    response = getattr(error, "response", None)
    code = int(getattr(error, "code", 0) or 0)
    status = _status(response)
    if status in _EXPECTED:
        return Refused(_EXPECTED[status])
    after = seconds(getattr(response, "headers", {}).get("Retry-After"))
    if code in {401, 403}:
        message = "nobody is logged in at Google Cloud, or no longer" if code == 401 else "that is not permitted"
        return Trouble(_about(name, message, _LOGIN if code == 401 else _ROLES))
    if code == 429:
        return Trouble(_about(name, "the quota of the project is used up", _LATER), again=True, after=after)
    if 400 <= code < 500:
        return Trouble(_about(name, "the service refuses that", "check the project, the location and the KMS key"))
    message = f"Google's Secret Manager does not work at the moment (status {code})"
    return Trouble(_about(name, message, _LATER), again=code == 503, lost=code != 503, after=after)


def _status(response: Any) -> str:
    """The status that the service names, such as FAILED_PRECONDITION; '' where it names none."""
    try:
        found = response.json()
        found = found[0] if isinstance(found, list) else found
        return str(found["error"]["status"])
    except Exception:  # noqa: BLE001 - whatever stands there instead, it is none
        return ""


def _never_sent(error: BaseException) -> bool:
    """Whether the connection was not even made, so that nothing can have happened."""
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _about(name: str, message: str, hint: str) -> StoreError:
    return StoreError(f"{name}: {message}", hint=hint)
