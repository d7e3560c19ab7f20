"""HTTP requests and their answers, with every failure in our words. Import it only where something is fetched.

The library's exceptions quote whole addresses, with the credentials of the address or of a proxy in them. So their
text is never used, and our errors are raised where they are no longer being handled: nothing is chained.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import requests

from sealwright.errors import NetworkError
from sealwright.sealing.access import Access
from sealwright.sealing.address import describe
from sealwright.sealing.transport import Transport, distrust

if TYPE_CHECKING:
    from collections.abc import Callable

MAXIMUM_BYTES = 1024 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK_BYTES = 64
"""Small, so that the deadline is looked at often while a slow server drips."""
_WHOLE = 3
"""Times the timeout that an exchange may take as a whole: looking up the name, connecting, headers, body."""

_BUNDLE = "If an authority of your organisation signed it, name that authority's file in REQUESTS_CA_BUNDLE."
_REACH = "Check the address, the network and HTTPS_PROXY."
_SIZE = "Check the address: no controller answers so much."
_ANSWER = "Check the address: the controller serves its certificate at /v1/cert.pem."


class Request(NamedTuple):
    """One question. `body` None sends none; `limit` is in bytes, of the answer's body."""

    url: str
    method: str = "GET"
    body: bytes | None = None
    accept: str = "application/x-pem-file, */*"
    limit: int = MAXIMUM_BYTES


class Answer(NamedTuple):
    """What came back. `location` is where a redirect leads (its body is not read), `retry_after` in seconds."""

    status: int
    body: bytes
    location: str = ""
    retry_after: float = 1.0


def ask(url: str, timeout: float) -> tuple[int, bytes]:
    """The status and the body of a 200, or the status and the Location of a redirect.

    Raises NetworkError for every other status, a body above 1 MiB, and every failure to get an answer in time.
    """
    with Exchange(Access(), timeout) as line:
        answer = line.send(Request(url))
    if answer.status in REDIRECTS:
        return answer.status, answer.location.encode()
    if answer.status != requests.codes.ok:
        raise NetworkError(f"{describe(url)} answered {answer.status}", hint=_ANSWER)
    return answer.status, answer.body


def too_many_redirects(url: str) -> NetworkError:
    """The error for an address that sends us in circles."""
    return NetworkError(f"{describe(url)} redirects too often", hint=_ANSWER)


class Exchange:
    """Requests to one server, over one connection where it stays open. Redirects are answers like any other."""

    def __init__(self, access: Access, timeout: float) -> None:
        self._access = access
        self._timeout = timeout
        self._session = requests.Session()
        if access.tls is not None:
            self._session.mount("https://", Transport(access.tls, access.server_name))

    def __enter__(self) -> Exchange:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status. Raises NetworkError for every failure to get one, in time and in size."""
        answered = _in_time(lambda: self._attempt(request), self._timeout * _WHOLE)
        if answered is None:
            raise _late(request.url, self._timeout * _WHOLE)
        if isinstance(answered, NetworkError):
            raise answered
        return answered

    def _attempt(self, request: Request) -> Answer | NetworkError:
        """The answer, or what went wrong."""
        shown = describe(request.url)
        try:
            return self._exchanged(request)
        except NetworkError as error:
            return error
        except requests.exceptions.ProxyError:
            return NetworkError(f"the proxy for {shown} did not let us through", hint=_REACH)
        except requests.exceptions.SSLError as error:
            hint = (
                _BUNDLE if self._access.tls is None else "Check the cluster's certificate-authority in the kubeconfig."
            )
            return NetworkError(f"the TLS certificate of {shown} {distrust(error)}", hint=hint)
        except requests.Timeout:
            return NetworkError(f"{shown} did not answer within {self._timeout:g} s", hint=_REACH)
        except requests.RequestException:
            return NetworkError(f"{shown} cannot be reached, or broke off its answer", hint=_REACH)
        except OSError:
            return NetworkError("the file that REQUESTS_CA_BUNDLE names cannot be used", hint=_BUNDLE)
        except ValueError:
            return NetworkError(f"{shown} is not an address that can be asked", hint=_REACH)

    def _exchanged(self, request: Request) -> Answer:
        """The exchange itself. `verify=True` still lets REQUESTS_CA_BUNDLE choose the authorities."""
        proxy = self._access.proxy
        with self._session.request(
            request.method,
            request.url,
            data=request.body,
            headers={"Accept": request.accept, "Accept-Encoding": "identity"},
            auth=self._identify,
            allow_redirects=False,
            proxies={"http": proxy, "https": proxy} if proxy else None,
            stream=True,
            timeout=self._timeout,
            verify=True,
        ) as response:
            if response.status_code in REDIRECTS:
                return Answer(response.status_code, b"", response.headers.get("Location", ""))
            body = self._body(response, request)
            return Answer(response.status_code, body, retry_after=_seconds(response.headers.get("Retry-After", "")))

    def _body(self, response: requests.Response, request: Request) -> bytes:
        """The body, given up once it is too large or takes too long."""
        deadline = time.monotonic() + self._timeout
        body = bytearray()
        for chunk in response.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > request.limit:
                raise NetworkError(f"{describe(request.url)} answered more than {request.limit} bytes", hint=_SIZE)
            if time.monotonic() > deadline:
                raise _late(request.url, self._timeout)
        return bytes(body)

    def _identify(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token, if there is one. Without an authentication, what ~/.netrc holds for the host would be sent."""
        if self._access.token is not None:
            request.headers["Authorization"] = f"Bearer {self._access.token.reveal().decode('ascii')}"
        return request


def _in_time(work: Callable[[], Answer | NetworkError], seconds: float) -> Answer | NetworkError | None:
    """What `work` returns; None if it takes longer, while a header comes byte by byte or a name is looked up."""
    import threading

    results: list[Answer | NetworkError] = []

    def attempt() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - a thread would print its text, which may hold credentials
            results.append(NetworkError(f"the request failed ({type(error).__name__})", hint=_REACH))

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    return results[0] if results else None


def _late(url: str, seconds: float) -> NetworkError:
    return NetworkError(f"{describe(url)} took longer than {seconds:g} s", hint=_REACH)


def _seconds(text: str) -> float:
    """A Retry-After in seconds; a date, which nobody here sends, counts as one second."""
    return float(text) if text.isdecimal() and len(text) < 7 else 1.0
