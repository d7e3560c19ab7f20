"""One HTTP request and its answer, with every failure in our words. Import it only where something is fetched.

The library's exceptions quote whole addresses, with the credentials of the address or of a proxy in them. So their
text is never used, and our errors are raised where they are no longer being handled: nothing is chained.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests

from sealwright.errors import NetworkError
from sealwright.sealing.address import describe

if TYPE_CHECKING:
    from collections.abc import Callable

MAXIMUM_BYTES = 1024 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK_BYTES = 64
"""Small, so that the deadline is looked at often while a slow server drips."""

_BUNDLE = (
    "If an authority of your organisation signed it, name that authority's file in REQUESTS_CA_BUNDLE; "
    "or get the certificate another way and give the file."
)
_REACH = "Check the address and HTTPS_PROXY; or get the certificate another way and give the file."
_ANSWER = "Check the address: the controller serves its certificate at /v1/cert.pem."


def ask(url: str, timeout: float) -> tuple[int, bytes]:
    """The status and the body of a 200, or the status and the Location of a redirect.

    Raises NetworkError for every other status, a body above 1 MiB, and every failure to get an answer in time.
    """
    answered = _attempt(lambda: _get(url, timeout), url, timeout)
    if isinstance(answered, NetworkError):
        raise answered
    return answered


def too_many_redirects(url: str) -> NetworkError:
    """The error for an address that sends us in circles."""
    return NetworkError(f"{describe(url)} redirects too often", hint=_ANSWER)


def _attempt(get: Callable[[], tuple[int, bytes]], url: str, timeout: float) -> tuple[int, bytes] | NetworkError:
    """The answer, or what went wrong."""
    shown = describe(url)
    try:
        return get()
    except NetworkError as error:
        return error
    except requests.exceptions.ProxyError:
        return NetworkError(f"the proxy for {shown} did not let us through", hint=_REACH)
    except requests.exceptions.SSLError:
        return NetworkError(f"the TLS certificate of {shown} is not trusted", hint=_BUNDLE)
    except requests.Timeout:
        return NetworkError(f"{shown} did not answer within {timeout:g} s", hint=_REACH)
    except requests.RequestException:
        return NetworkError(f"{shown} cannot be reached, or broke off its answer", hint=_REACH)
    except OSError:
        return NetworkError("the file that REQUESTS_CA_BUNDLE names cannot be used", hint=_BUNDLE)
    except ValueError:
        return NetworkError(f"{shown} is not an address that can be asked", hint=_REACH)


def _get(url: str, timeout: float) -> tuple[int, bytes]:
    """The exchange itself. `verify=True` still lets REQUESTS_CA_BUNDLE choose the authorities."""
    with (
        requests.Session() as session,
        session.get(
            url,
            headers={"Accept": "application/x-pem-file, */*", "Accept-Encoding": "identity"},
            auth=_no_credentials,
            allow_redirects=False,
            stream=True,
            timeout=timeout,
            verify=True,
        ) as response,
    ):
        if response.status_code in REDIRECTS:
            return response.status_code, response.headers.get("Location", "").encode()
        if response.status_code != requests.codes.ok:
            raise NetworkError(f"{describe(url)} answered {response.status_code}", hint=_ANSWER)
        return response.status_code, _body(response, url, timeout)


def _body(response: requests.Response, url: str, timeout: float) -> bytes:
    """The body, given up once it is too large or takes too long."""
    deadline = time.monotonic() + timeout
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAXIMUM_BYTES:
            raise NetworkError(f"{describe(url)} answered more than {MAXIMUM_BYTES} bytes", hint=_ANSWER)
        if time.monotonic() > deadline:
            raise NetworkError(f"{describe(url)} took longer than {timeout:g} s", hint=_REACH)
    return bytes(body)


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """An authentication that adds none: without one, what ~/.netrc holds for the host would be sent."""
    return request
