"""Ways to a controller: its own address, or the cluster's API, which passes requests on to the Service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.sealing.access import Access
from sealwright.sealing.address import checked, describe, is_loopback
from sealwright.sealing.controller import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sealwright.config import Controller
    from sealwright.sealing.exchange import Answer

DEFAULT_NAMESPACE = "kube-system"
DEFAULT_NAME = "sealed-secrets-controller"
"""As kubeseal has them; a Helm release is mostly called `sealed-secrets`."""

_ENDPOINTS = ("/v1/cert.pem", "/v1/verify", "/v1/rotate")
_OBJECT_NAME = Pattern(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z")


class Route(Protocol):
    """Where requests go, and what goes with them."""

    access: Access
    through_api: bool
    place: str
    namespace: str
    name: str

    def ways(self, ask: Callable[[str], Answer]) -> Iterator[str]:
        """Addresses that may lead to the controller, the likeliest first; `ask` gets one. Raises NetworkError."""


class Direct:
    """The controller's own address, such as that of an Ingress or of a forwarded port."""

    through_api = False
    namespace = name = ""

    def __init__(self, url: str, *, plain: bool = False) -> None:
        """Raises UsageError for an address that must not be asked. `plain` allows http for other hosts than this."""
        self._base = checked(_base_of(url), UsageError, pinned=True)
        if not (plain or is_loopback(url)) and self._base.startswith("http:"):
            message = f"{describe(self._base)} is plain http, so anyone on the way could answer in its place"
            hint = "use https, a kubeconfig or `kubectl port-forward`; --fingerprint protects a certificate only"
            raise UsageError(message, hint=hint)
        self.access = Access()
        self.place = describe(self._base)

    def ways(self, ask: Callable[[str], Answer]) -> Iterator[str]:
        """As Route has it."""
        del ask
        yield self._base


class Service:
    """A Service behind the API server's proxy. Its port's name is asked for; who may not ask tries the usual ones."""

    through_api = True

    def __init__(self, server: str, access: Access, namespace: str, name: str) -> None:
        """Raises UsageError for names that no Service has."""
        self.access = access
        self.namespace = _object_name(namespace or DEFAULT_NAMESPACE, "namespace")
        self.name = _object_name(name or DEFAULT_NAME, "name")
        self.place = f"the controller {self.namespace}/{self.name} behind {describe(server)}"
        self._services = f"{server.rstrip('/')}/api/v1/namespaces/{self.namespace}/services"

    def ways(self, ask: Callable[[str], Answer]) -> Iterator[str]:
        """As Route has it."""
        answer = ask(f"{self._services}/{self.name}")
        if answer.status == 200:
            yield self._proxy(f"http:{self.name}:{_port_of(answer.body)}")
        elif answer.status == 403:
            # What upstream's own Role allows, by these very names.
            yield from map(self._proxy, (f"http:{self.name}:http", f"http:{self.name}:", self.name))
        else:
            raise words.refused(self, answer, "")

    def _proxy(self, service: str) -> str:
        return f"{self._services}/{service}/proxy"


def route_to(where: Controller, *, untrusted: Sequence[str] = (), plain: bool = False) -> Route:
    """The way that a configuration names. `untrusted` are folders that a kubeconfig may lie in but must not act from.

    Raises UsageError or ConfigurationError.
    """
    if where.url:
        return Direct(where.url, plain=plain)
    from sealwright.sealing.kubeconfig.choice import chosen

    server, access = chosen(where.kubeconfig, where.context, untrusted=untrusted)
    return Service(server, access, where.namespace, where.name)


def _base_of(url: str) -> str:
    """The address without the endpoint that somebody copied along, and without a slash at its end."""
    bare = url.partition("#")[0].partition("?")[0].rstrip("/")
    return next((bare.removesuffix(endpoint) for endpoint in _ENDPOINTS if bare.endswith(endpoint)), bare)


def _object_name(text: str, what: str) -> str:
    if not _OBJECT_NAME.match(text):
        hint = "lower-case letters, digits, `-` and `.`, as `kubectl get services` shows it"
        raise UsageError(f"the controller's {what} cannot be one of Kubernetes", hint=hint)
    return text


def _port_of(body: bytes) -> str:
    """The name of a Service's first port, '' where it has none."""
    try:
        name = json.loads(body)["spec"]["ports"][0].get("name", "")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return ""
    return name if isinstance(name, str) and _OBJECT_NAME.match(name) else ""
