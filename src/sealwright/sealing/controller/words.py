"""What an answer that is not the expected one means, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealwright.errors import NetworkError

if TYPE_CHECKING:
    from sealwright.sealing.controller.routes import Route
    from sealwright.sealing.exchange import Answer

_DIRECT = {
    401: ("something before it asks for credentials", "reach it through the cluster's API instead: a kubeconfig"),
    403: ("something before it refuses us", "reach it through the cluster's API instead: a kubeconfig"),
    404: (
        "is not served there",
        "check the address; an Ingress often lets only /v1/cert.pem through, so that all else needs a kubeconfig",
    ),
    413: ("the object is too large for it, or for what stands before it", "split the SealedSecret"),
}
_GATEWAY = (502, 503, 504)
_REDIRECTS = (301, 302, 303, 307, 308)
_RBAC = "docs/clusters.md has a Role that allows just this"


def is_status(answer: Answer) -> bool:
    """Whether the API server itself speaks: the controller's own errors have an empty body."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("kind") == "Status"


def leads_nowhere(answer: Answer) -> bool:
    """Whether the API server refuses this way to the controller, where another may lead there."""
    return answer.status in (403, 404, 503) and is_status(answer)


def refused(route: Route, answer: Answer, path: str) -> NetworkError:
    """The error for an answer. `path` is the endpoint that was asked, '' for the Service itself."""
    if route.through_api and (is_status(answer) or not path):
        return _by_api(route, answer, path)
    return _by_controller(route, answer, path)


def not_a_controller(route: Route, path: str) -> NetworkError:
    """The error for an answer of the right status that no controller would give."""
    hint = "check the address: a login page or another service may stand there"
    return NetworkError(f"what {route.place} answers at {path} is not a controller's answer", hint=hint)


def _by_api(route: Route, answer: Answer, path: str) -> NetworkError:
    service = f"Service {route.namespace}/{route.name}"
    verb = "create" if path and path != "/v1/cert.pem" else "get"
    thing = "services/proxy" if path else "services"
    if answer.status == 401:
        hint = "log in again: a token or certificate of the kubeconfig may have expired"
        return NetworkError(f"the API server does not accept our credentials (401), for {route.place}", hint=hint)
    if answer.status == 403:
        what = f"`{verb}` on `{thing}` of {route.name} in namespace {route.namespace}"
        return NetworkError(f"we lack the permission to {what} (403)", hint=_RBAC)
    if answer.status == 404:
        hint = "name it: controller.namespace and controller.name; a Helm release is often called sealed-secrets"
        return NetworkError(f"there is no {service} (404)", hint=hint)
    if answer.status == 503:
        hint = "its pods are not running or not ready, or its port has another name: kubectl get endpoints"
        return NetworkError(f"nothing answers behind {service} (503)", hint=hint)
    hint = "what it said may be in its log; try again later"
    return NetworkError(f"the API server answered {answer.status}, for {route.place}", hint=hint)


def _by_controller(route: Route, answer: Answer, path: str) -> NetworkError:
    where = f"{route.place}, {path}"
    if answer.status in _REDIRECTS:
        return NetworkError(f"{where}: it redirects (not followed)", hint="give the address that it redirects to")
    if answer.status in _DIRECT:
        what, hint = _DIRECT[answer.status]
        return NetworkError(f"{where}: {what} ({answer.status})", hint=hint)
    if answer.status in _GATEWAY:
        hint = "see whether the controller runs: kubectl get pods"
        return NetworkError(f"{where}: no controller answers behind it ({answer.status})", hint=hint)
    if answer.status == 500 and path == "/v1/cert.pem":
        hint = "it has no key yet, or just starts: look at its log"
        return NetworkError(f"{where}: the controller has no certificate (500)", hint=hint)
    if answer.status == 500 and not answer.body.strip():
        hint = "it may be another version than this program knows; look at its log"
        return NetworkError(f"{where}: the controller cannot read the object as a SealedSecret (500)", hint=hint)
    if answer.status in (200, 409):
        return not_a_controller(route, path)
    hint = "look at the controller's log, and at what stands before it"
    return NetworkError(f"{where}: it answered {answer.status}", hint=hint)
