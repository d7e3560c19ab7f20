"""Fetching from real servers on the loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from unit.sealing.material import shown_by
from unit.sealing.web import BODY, LIMIT, Handler, authority, serving

from sealwright.errors import ExitCode, NetworkError, UsageError
from sealwright.sealing.fetch import describe, fetch_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATH = "/v1/cert.pem"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server, and the file of the authority that vouches for it."""
    bundle, context = authority(tmp_path_factory.mktemp("authority"))
    with serving(context) as base:
        yield base, bundle


@pytest.fixture(scope="module")
def http() -> Iterator[str]:
    with serving() as base:
        yield base


@pytest.fixture
def trusted(https: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> str:
    """The https server, its authority trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(https[1]))
    return https[0]


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority from the environment of whoever runs the tests."""
    for name in (*PROXIES, *map(str.lower, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    Handler.seen.clear()


def fails(url: str, *, pinned: bool = False, timeout: float = 5) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        fetch_certificate(url, pinned=pinned, timeout=timeout)
    assert caught.value.hint
    assert caught.value.exit_code is ExitCode.INCOMPLETE
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value


class TestRefusesTheAddress:
    @pytest.mark.parametrize("pinned", [False, True])
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "cert.pem",
            "https://",
            "https:///v1/cert.pem",
            "file:///etc/passwd",
            "ftp://host/cert.pem",
            "c://host/cert.pem",
            "https://[::1/cert.pem",
            "https://host:port/cert.pem",
            "https://host:99999/cert.pem",
            "//host/cert.pem",
        ],
    )
    def test_that_is_none(self, url: str, pinned: bool) -> None:
        with pytest.raises(UsageError, match="not an https address") as caught:
            fetch_certificate(url, pinned=pinned)
        assert "https://HOST" in caught.value.hint

    def test_of_plain_http_without_a_pin(self, http: str) -> None:
        with pytest.raises(UsageError, match="plain http") as caught:
            fetch_certificate(http + PATH, pinned=False)
        assert "pin" in caught.value.hint
        assert Handler.seen == []

    @pytest.mark.parametrize("userinfo", ["user:{}", "{}", ":{}", "{}:"])
    @pytest.mark.parametrize("pinned", [False, True])
    def test_with_credentials(self, canary: bytes, userinfo: str, pinned: bool) -> None:
        secret = canary.decode()
        with pytest.raises(UsageError, match="user name or password") as caught:
            fetch_certificate(f"https://{userinfo.format(secret)}@127.0.0.1:1/x", pinned=pinned)
        assert secret not in shown_by(caught.value)
        assert "https://127.0.0.1:1/x" in caught.value.message

    def test_with_credentials_even_where_it_is_wrong_as_well(self, canary: bytes) -> None:
        secret = canary.decode()
        for url in (f"https://u:{secret}@host:port/x", f"ftp://u:{secret}@host/x", f"https://u:{secret}@/x"):
            with pytest.raises(UsageError) as caught:
                fetch_certificate(url, pinned=True)
            assert secret not in shown_by(caught.value)


class TestRefusesTheAnswer:
    def test_of_an_authority_that_is_not_trusted(self, https: tuple[str, Path]) -> None:
        for pinned in (False, True):
            error = fails(https[0] + PATH, pinned=pinned)
            assert "not trusted" in error.message
            assert "REQUESTS_CA_BUNDLE" in error.hint

    def test_of_a_server_under_another_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bundle, context = authority(tmp_path, address="127.0.0.2")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        with serving(context) as base:
            assert "not trusted" in fails(base + PATH).message

    def test_when_the_bundle_does_not_exist(
        self, https: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent.pem"))
        assert "REQUESTS_CA_BUNDLE" in fails(https[0] + PATH).message

    def test_that_redirects_to_plain_http(self, trusted: str, http: str) -> None:
        error = fails(f"{trusted}/to?{http}{PATH}")
        assert "plain http" in error.message
        assert [path for path, _ in Handler.seen] == [f"/to?{http}{PATH}"]

    @pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://host/x", "https://[::1", "https://host:port/"])
    def test_that_redirects_to_no_web_address(self, trusted: str, location: str) -> None:
        assert "not an https address" in fails(f"{trusted}/to?{location}", pinned=True).message

    def test_that_redirects_to_an_address_with_credentials(self, trusted: str, canary: bytes) -> None:
        error = fails(f"{trusted}/to?https://u:{canary.decode()}@127.0.0.1/x")
        assert "user name or password" in error.message
        assert canary.decode() not in shown_by(error)

    def test_that_redirects_nowhere_or_in_circles(self, trusted: str) -> None:
        assert "not an https address" in fails(f"{trusted}/nowhere").message
        assert "redirects too often" in fails(f"{trusted}/to?/to?/to?/to?/to?/to?/to?/to").message

    def test_that_is_too_large(self, trusted: str) -> None:
        assert f"more than {LIMIT} bytes" in fails(f"{trusted}/large").message

    def test_of_another_status(self, trusted: str, canary: bytes) -> None:
        error = fails(f"{trusted}/absent?token={canary.decode()}#{canary.decode()}")
        assert error.message == f"{trusted}/absent answered 404"
        assert "/v1/cert.pem" in error.hint
        assert canary.decode() not in shown_by(error)
        assert "secret page" not in shown_by(error)

    def test_that_does_not_come(self, trusted: str) -> None:
        assert "within 0.3 s" in fails(f"{trusted}/silent", timeout=0.3).message

    def test_that_never_ends(self, trusted: str) -> None:
        assert "longer than 0.3 s" in fails(f"{trusted}/drip", timeout=0.3).message

    def test_that_breaks_off(self, trusted: str) -> None:
        assert "broke off" in fails(f"{trusted}/broken").message

    def test_of_nobody(self, canary: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        error = fails(f"https://127.0.0.1:{port}/x?token={canary.decode()}")
        assert error.message.startswith(f"https://127.0.0.1:{port}/x cannot be reached")
        assert canary.decode() not in shown_by(error)

    def test_of_a_proxy_that_is_not_there(self, trusted: str, canary: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{canary.decode()}@127.0.0.1:{port}")
        error = fails(trusted + PATH)
        assert "proxy" in error.message
        assert canary.decode() not in shown_by(error)

    def test_of_a_name_that_cannot_be_asked(self) -> None:
        fails(f"https://{'x' * 70}.example/cert.pem")


class TestFetches:
    def test_over_https(self, trusted: str) -> None:
        assert fetch_certificate(trusted + PATH, pinned=False) == BODY

    def test_over_http_where_a_pin_protects(self, http: str) -> None:
        assert fetch_certificate(http + PATH, pinned=True) == BODY

    def test_through_a_redirect_that_stays_on_https(self, trusted: str) -> None:
        assert fetch_certificate(f"{trusted}/to?{PATH}", pinned=False) == BODY
        assert fetch_certificate(f"{trusted}/to?{trusted}{PATH}", pinned=False) == BODY

    def test_through_a_redirect_to_http_where_a_pin_protects(self, trusted: str, http: str) -> None:
        assert fetch_certificate(f"{trusted}/to?{http}{PATH}", pinned=True) == BODY

    def test_up_to_the_limit(self, trusted: str) -> None:
        assert len(fetch_certificate(f"{trusted}/full", pinned=False)) == LIMIT

    def test_without_what_netrc_holds(
        self, http: str, canary: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login user password {canary.decode()}\n")
        (tmp_path / "netrc").chmod(0o600)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        fetch_certificate(http + PATH, pinned=True)
        [(_, headers)] = Handler.seen
        assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:word@Host.Example:8443/a/b?q=1#f", "https://host.example:8443/a/b"),
        ("https://[::1]:1/x", "https://[::1]:1/x"),
        ("https://user:word@host:port/x", "the address"),
        ("https://user:word@[::1/x", "the address"),
        ("user:word", "the address"),
    ],
)
def test_shows_an_address_without_its_secrets(url: str, shown: str) -> None:
    assert describe(url) == shown


def test_importing_it_loads_no_network_library() -> None:
    program = "import sys; from sealwright.sealing import fetch; print('requests' in sys.modules)"
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "False"
