"""A controller that can be asked, directly or through the cluster's API."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sealwright.errors import NetworkError, SealingError
from sealwright.sealing.controller import words
from sealwright.sealing.controller.document import items_of_answer, request_body
from sealwright.sealing.exchange import Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from sealwright.sealing.controller.routes import Route
    from sealwright.sealing.exchange import Answer
    from sealwright.sealing.scope import Scope

TIMEOUT = 10.0
"""Seconds for connecting, for each silence of the server, and for an answer's body."""
PATIENCE = 60.0
"""Seconds in which one question must be answered, however often the controller asks to wait."""

_MOST_TRIES = 60
_SHORTEST_PAUSE = 0.1
_LARGEST_OBJECT = 8 * 1024 * 1024
_CERTIFICATE = "/v1/cert.pem"
_VERIFY = "/v1/verify"
_ROTATE = "/v1/rotate"


class NotReencrypted(SealingError):  # noqa: N818 - says what happened, as CannotOpen does
    """The controller did not re-encrypt an object: it does not open there, or cannot be read."""


class ObjectRefused(NetworkError):  # noqa: N818 - as above
    """One object that the controller, or what stands before it, does not take: too large, or not readable to it."""


class ControllerClient:
    """Questions to one controller, one after the other, over one connection. Close it, or use it in a `with`.

    Every method raises NetworkError when there is no answer that could be the controller's: nobody answers, TLS is not
    trusted, access is refused, something else than a controller is there, or it asks to wait for too long.
    """

    def __init__(self, route: Route, *, timeout: float = TIMEOUT, patience: float = PATIENCE) -> None:
        self._route = route
        self._line = Exchange(route.access, timeout)
        self._patience = patience
        self._base = ""

    def __enter__(self) -> ControllerClient:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    @property
    def place(self) -> str:
        """Which controller, for messages; without credentials."""
        return self._route.place

    def certificate(self) -> bytes:
        """The certificate of the current key, as the controller hands it out: not checked yet."""
        answer = self._ask(_CERTIFICATE)
        if answer.status == 200:
            return answer.body
        raise words.refused(self._route, answer, _CERTIFICATE)

    def opens(self, scope: Scope, namespace: str, name: str, items: Sequence[str]) -> bool:
        """Whether all of these items (base64 text) open for the label of scope, namespace and name.

        Says nothing about which of them does not. Items must be base64 as `go_base64` reads it.
        """
        answer = self._ask(_VERIFY, request_body(scope, namespace, name, items))
        if answer.status in (200, 409) and not answer.body.strip():
            return answer.status == 200
        refusal = words.refused(self._route, answer, _VERIFY)
        if answer.status in (413, 500):
            raise ObjectRefused(refusal.message, hint=refusal.hint)
        raise refusal

    def reencrypted(self, scope: Scope, namespace: str, name: str, items: Sequence[str]) -> list[str]:
        """The same items, sealed again with the controller's newest key, in the same order.

        Raises NotReencrypted if any of them does not open there: the controller does not say which, or why.
        """
        answer = self._ask(_ROTATE, request_body(scope, namespace, name, items))
        if answer.status == 500 and not answer.body.strip():
            hint = "`sealwright verify --controller` says which item it is"
            raise NotReencrypted("the controller cannot open every item, so it re-encrypts none", hint=hint)
        if answer.status != 200:
            raise words.refused(self._route, answer, _ROTATE)
        found = items_of_answer(answer.body, len(items))
        if found is None:
            raise words.not_a_controller(self._route, _ROTATE)
        return found

    def _ask(self, path: str, body: bytes | None = None) -> Answer:
        """The answer by whichever of the route's ways leads to the controller; that way is kept."""
        if self._base:
            return self._patiently(self._base + path, body)
        closed: list[Answer] = []
        for base in self._route.ways(self._patiently):
            answer = self._patiently(base + path, body)
            if not words.leads_nowhere(answer):
                self._base = base
                return answer
            closed.append(answer)
        return next((answer for answer in closed if answer.status == 403), closed[0])

    def _patiently(self, url: str, body: bytes | None = None) -> Answer:
        """The answer, after as many pauses as the other side asks for (429), within the patience."""
        request = Request(url, "GET" if body is None else "POST", body, self._accept(url), _LARGEST_OBJECT)
        end = time.monotonic() + self._patience
        for _ in range(_MOST_TRIES):
            answer = self._line.send(request)
            if answer.status != 429:
                return answer
            pause = max(answer.retry_after, _SHORTEST_PAUSE)
            if time.monotonic() + pause > end:
                break
            time.sleep(pause)
        raise NetworkError(
            f"{self.place} answers that it is asked too often (429)",
            hint="others may be asking it too; try again later, or raise the controller's --rate-limit",
        )

    def _accept(self, url: str) -> str:
        return "application/x-pem-file, */*" if url.endswith(_CERTIFICATE) else "application/json, */*"
