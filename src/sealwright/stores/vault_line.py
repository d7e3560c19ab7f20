"""Questions to a Vault or an OpenBao, and what its refusals mean. Import it only where one is asked.

Sources: developer.hashicorp.com/vault/api-docs (status codes; secret/kv/kv-v2), and OpenBao v2.5.5 as it answers.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import StoreError
from sealwright.stores.attempts import ANSWERING, CONNECTING, MOST, UNREACHABLE, Trouble, patiently, seconds
from sealwright.stores.vault_maps import parsed
from sealwright.stores.vault_settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import PreparedRequest, Response

    from sealwright import config
    from sealwright.stores.vault_settings import Settings

_REACH = "check the address, the network and HTTPS_PROXY"
_TRUST = "if an authority of your organisation signed its certificate, name that authority's file in VAULT_CACERT"
_STANDBY = "let VAULT_ADDR name the active node, or the load balancer in front of the cluster"
_LOGIN = "log in again; the token's policy needs create, update and read on data/ and metadata/ of the mount"
_MISMATCH = "did not match the current version"
_METADATA_MISMATCH = ("metadata check-and-set parameter", "metadata_cas must be")
_BUSY = frozenset({412, 429, 473})


class Answer(NamedTuple):
    """What came back. `errors` is for looking into only: a plugin or a proxy may have written anything there.

    `status` is one of 200, 204, 404, and 400 for a version that is not the newest any more.
    """

    status: int
    content: dict[str, Any]
    errors: str

    @property
    def data(self) -> dict[str, Any]:
        """The part that is the question's own; empty where there is none."""
        found = self.content.get("data")
        return found if isinstance(found, dict) else {}


class Line:
    """One mount of one Vault, for several threads: each has a client of its own, because a session is for one."""

    def __init__(self, store: config.Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._checked = False
        self._local = threading.local()

    def ask(self, name: str, call: Callable[[Any, str], Response], done: Callable[[], Answer | None] | None) -> Answer:
        """The answer to a call of hvac, which is given the client and the mount. Raises StoreError that has the name.

        The first question is whether the mount keeps versions: one that does not would take a write for another.
        """
        self._check_mount()
        return self._ask(name, call, done)

    def _ask(self, name: str, call: Callable[[Any, str], Response], done: Callable[[], Answer | None] | None) -> Answer:
        settings, client = self._client()
        return patiently(lambda: _attempt(settings, name, lambda: call(client, settings.mount)), done)

    def _client(self) -> tuple[Settings, Any]:
        """The settings, read once, and this thread's client."""
        with self._lock:
            settings = self._settings = self._settings or settings_of(self._store)
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = _open(settings)
        return settings, client

    def _check_mount(self) -> None:
        if self._checked:
            return

        def look(client: Any, mount: str) -> Response:
            found: Response = client.adapter.get(f"/v1/sys/internal/ui/mounts/{mount}")
            return found

        try:
            answer = self._ask("", look, None)
        except _NoMount:
            answer = None
        settings, _ = self._client()
        flaw = _flaw_of_mount(settings.mount, answer)
        if flaw:
            hint = "`mount` in the configuration names a secrets engine; `vault secrets list` shows which there are"
            raise StoreError(f"{settings.address}: {flaw}", hint=hint)
        self._checked = True


class Forbidden(StoreError):  # noqa: N818 - what a store says, not a mistake
    """The token may not do that."""


class _NoMount(Forbidden):
    """The token may do nothing below that mount, or there is none."""


def _flaw_of_mount(mount: str, answer: Answer | None) -> str:
    """Why the mount cannot be used, '' if it can."""
    if answer is None or answer.status != 200 or str(answer.data.get("path", "")).strip("/") != mount:
        return f"there is no mount {mount}, or the token may do nothing there"
    options = answer.data.get("options")
    version = options.get("version") if isinstance(options, dict) else None
    kind = answer.data.get("type")
    if kind not in {"kv", "generic"}:
        return f"the mount {mount} is no key/value store"
    if version != "2":
        return f"the mount {mount} is of version 1, which keeps no versions: a value put there could not be taken back"
    return ""


def _check_installed() -> None:
    try:
        import hvac  # noqa: F401
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise StoreError("the package that talks to Vault is missing", hint="pip install 'sealwright[vault]'")


def _open(settings: Settings) -> Any:
    """A client that raises nothing for a status, follows no redirect (the token would go along), and has limits."""
    _check_installed()
    import hvac
    from hvac.adapters import RawAdapter

    client = hvac.Client(
        url=settings.address,
        token=settings.token.reveal().decode("ascii"),
        namespace=settings.namespace or None,
        cert=settings.client_certificate,
        verify=settings.authorities or True,
        timeout=(CONNECTING, ANSWERING),
        allow_redirects=False,
        adapter=RawAdapter,
        ignore_exceptions=True,
    )
    client.session.auth = _as_it_is
    return client


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    """Adds nothing: without an authentication, what ~/.netrc holds for the host would be sent."""
    return request


def _attempt(settings: Settings, name: str, call: Callable[[], Response]) -> Answer | Trouble:
    import requests

    try:
        return _answer(settings, name, call())
    except requests.exceptions.SSLError:
        message, hint, kind = "its TLS certificate is not trusted", _TRUST, "final"
    except requests.exceptions.ConnectTimeout:
        message, hint, kind = "it does not answer", _REACH, "down"
    except requests.Timeout:
        message, hint, kind = f"it did not answer within {ANSWERING:g} s", _REACH, "lost"
    except requests.ConnectionError as error:
        message, hint, kind = "it cannot be reached, or broke off", _REACH, "down" if _never_sent(error) else "lost"
    except requests.RequestException:
        message, hint, kind = "it cannot be asked, or broke off its answer", _REACH, "lost"
    except OSError:
        message, hint, kind = "the files for TLS cannot be used", "check VAULT_CACERT and VAULT_CLIENT_CERT", "final"
    except Exception as error:  # noqa: BLE001 - its text may quote what was sent
        message, hint, kind = f"the question failed ({type(error).__name__})", _REACH, "final"
    error_ = StoreError(_about(settings, name, message), hint=hint)
    most = UNREACHABLE if kind == "down" else MOST
    return Trouble(error_, again=kind == "down", lost=kind == "lost", most=most)


def _answer(settings: Settings, name: str, response: Response) -> Answer | Trouble:
    """The answer if it is one that the caller can judge, else what it means."""
    status = response.status_code
    content = parsed(response.content) if response.content else {}
    errors = "\n".join(map(str, (content or {}).get("errors") or []))
    if status in {200, 204, 404} or (status == 400 and _MISMATCH in errors):
        if content is not None:
            return Answer(status, content, errors)
        return Trouble(StoreError(_about(settings, name, "that is no Vault's answer"), hint="check the address"))
    message, hint = _meaning(status, errors)
    again, lost = _may_help(status, errors)
    kind = StoreError if status != 403 else _NoMount if "preflight" in errors else Forbidden
    after = seconds(response.headers.get("Retry-After"))
    return Trouble(kind(_about(settings, name, message), hint=hint), again, lost, after)


def _meaning(status: int, errors: str) -> tuple[str, str]:
    """What a refusal means, and what to do."""
    sealed, small = "sealed" in errors.lower(), "too large" in errors.lower()
    if status in {301, 302, 303, 307, 308}:
        return "it is a standby, which sends its clients on to another node", _STANDBY
    if status in {401, 403}:
        return "the token may not do that, or has expired", _LOGIN
    if status == 501:
        return "it is not initialised", "`vault operator init`"
    if status == 503 and sealed:
        return "it is sealed", "somebody with its keys must unseal it: `vault operator unseal`"
    if status == 413 or small:
        return "it takes nothing that large", "use another store, or ask for a larger max_entry_size"
    if status in {472, 473}:
        return "it is a secondary, which takes no writes", _STANDBY
    if any(words in errors for words in _METADATA_MISMATCH):
        return "somebody changes its metadata at the same time", "run it again"
    if status == 400:
        return "it refuses that", "look into its log or audit device; the name may have a letter that it does not take"
    if status in _BUSY:
        return "it is too busy", "run it again later"
    return f"it does not work at the moment (status {status})", "run it again later; `vault status` says more"


def _may_help(status: int, errors: str) -> tuple[bool, bool]:
    """Whether asking again may help, and whether the first time may have had its effect."""
    again = status in _BUSY or (status == 400 and "Upgrading" in errors)
    if status == 503:
        again = "sealed" not in errors.lower()
    return again, status in {500, 502, 504} and "too large" not in errors.lower()


def _never_sent(error: BaseException) -> bool:
    """Whether the connection was not even made, so that nothing can have happened."""
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _about(settings: Settings, name: str, message: str) -> str:
    return f"{name}: {settings.address}: {message}" if name else f"{settings.address}: {message}"
