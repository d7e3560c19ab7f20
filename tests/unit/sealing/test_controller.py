"""The client against real servers on the loopback: our stand-in, and the controller's own handlers where they are."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from controller_stand_in import NAME, SERVICES, Authority, StandIn, serving, status_object
from oracle_controller import NOT_BUILT, controller_path, upstream
from oracle_kubeseal import kubeseal_path
from support import ROOT
from unit.sealing.material import shown_by
from unit.sealing.web import serving as web
from unit.verify.made import VALUE, key, manifest, pair, sealed

from sealwright.config import Controller
from sealwright.errors import ExitCode, NetworkError, SealwrightError, UsageError
from sealwright.sealing.access import Access
from sealwright.sealing.controller.client import ControllerClient, NotReencrypted
from sealwright.sealing.controller.document import request_body
from sealwright.sealing.controller.routes import Direct, Service, route_to
from sealwright.sealing.exchange import Exchange, Request
from sealwright.sealing.scheme import decode, open_sealed
from sealwright.sealing.scope import Scope, label_as_read

STRICT = (Scope.STRICT, "prod", "db")
BAD = sealed(name="other")


def direct(base: str, **options: float) -> ControllerClient:
    return ControllerClient(Direct(base), **options)


def through_api(base: str, **options: Any) -> ControllerClient:
    names = {"namespace": "", "name": ""} | {
        name: options.pop(name) for name in ("namespace", "name") if name in options
    }
    return ControllerClient(Service(base, Access(), **names), **options)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serving(StandIn(key(), key(1), certificate=pair()[1])) as server:
        yield server


@pytest.fixture(
    params=["stand-in", pytest.param("upstream", marks=pytest.mark.skipif(not controller_path(), reason=NOT_BUILT))]
)
def controller(request: pytest.FixtureRequest, stand_in: StandIn, tmp_path: Path) -> Iterator[str]:
    """Addresses of a controller with two keys."""
    if request.param == "stand-in":
        yield stand_in.base
    else:
        with upstream(tmp_path, pair(), pair(1)) as base:
            yield base


class TestAnyController:
    def test_hands_out_the_current_certificate(self, controller: str) -> None:
        assert direct(controller).certificate().split() == pair()[1].split()

    @pytest.mark.parametrize("scope", Scope)
    @pytest.mark.parametrize("number", [0, 1])
    def test_opens_what_is_sealed_for_one_of_its_keys(self, controller: str, scope: Scope, number: int) -> None:
        text = sealed(scope=scope, by=key(number))
        client = direct(controller)
        assert client.opens(scope, "prod", "db", [text, sealed(scope=scope)])
        assert client.opens(scope, "prod", "moved", [text]) is (scope is not Scope.STRICT)
        assert client.opens(scope, "moved", "db", [text]) is (scope is Scope.CLUSTER_WIDE)
        assert client.opens(scope, "prod", "db", [text, sealed(scope=scope, by=key(2))]) is False

    @pytest.mark.parametrize("scope", Scope)
    def test_seals_again_with_the_newest_key(self, controller: str, scope: Scope) -> None:
        texts = [sealed(scope=scope, by=key(number % 2)) for number in range(12)]
        new = direct(controller).reencrypted(scope, "prod", "db", texts)
        assert len({*new, *texts}) == 24
        label = label_as_read(scope, "prod", "db")
        assert {open_sealed(key().key, decode(text), label).reveal() for text in new} == {VALUE}

    def test_keeps_the_order_of_many_items(self, controller: str) -> None:
        texts = [sealed() if number % 7 else sealed(by=key(1)) for number in range(30)]
        assert len(direct(controller).reencrypted(*STRICT, texts)) == 30

    def test_does_not_seal_again_what_does_not_open(self, controller: str) -> None:
        for texts in ([BAD], [sealed(), BAD]):
            with pytest.raises(NotReencrypted):
                direct(controller).reencrypted(*STRICT, texts)

    def test_takes_any_name(self, controller: str) -> None:
        for name in ("a'b", '"', "{{ x }}", "ü", "\ud800", "\U0001f511", "\x85\ufeff\u2028", "a: b # c", "x" * 300):
            text = sealed(name=name)
            assert direct(controller).opens(Scope.STRICT, "prod", name, [text])


@pytest.mark.skipif(not controller_path(), reason=NOT_BUILT)
def test_the_stand_in_answers_as_the_controller(stand_in: StandIn, tmp_path: Path) -> None:
    """Statuses, bodies and headers for whatever may be sent."""
    import requests

    good, bad = request_body(*STRICT, [sealed()]), request_body(*STRICT, [BAD])
    secret = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}).encode()
    bodies = [good, bad, b"", b"{}", secret, good + b"\n---\n" + good, b"\x00", request_body(*STRICT, ["no base64!"])]
    asked = [("/v1/verify", body) for body in bodies] + [("/v1/rotate", body) for body in (bad, b"", b"{}", secret)]
    stand_in.rate, stand_in.burst = 1, 100
    with upstream(tmp_path, pair(), pair(1), rate=1, burst=100) as base:
        for path, body in asked:
            real, ours = (requests.post(where + path, data=body, timeout=10) for where in (base, stand_in.base))
            assert (real.status_code, real.content) == (ours.status_code, ours.content), (path, body[:40])
            limits = [{name for name in each.headers if name.startswith("X-Ratelimit")} for each in (real, ours)]
            assert path == "/v1/rotate" or limits[0] == limits[1]


@pytest.mark.skipif(not controller_path(), reason=NOT_BUILT)
def test_waits_as_a_real_controller_asks(tmp_path: Path) -> None:
    with upstream(tmp_path, pair(), rate=2, burst=2) as base:
        began = time.monotonic()
        assert [direct(base).opens(*STRICT, [sealed()]) for _ in range(5)] == [True] * 5
        assert time.monotonic() - began >= 0.9


@pytest.mark.skipif(kubeseal_path() is None, reason="kubeseal is not installed")
def test_the_real_kubeseal_takes_the_stand_in_for_a_cluster(stand_in: StandIn, tmp_path: Path) -> None:
    entry = {"name": "c", "cluster": {"server": stand_in.base}, "context": {"cluster": "c"}}
    content = {"current-context": "c", "clusters": [entry], "contexts": [entry]}
    (tmp_path / "config").write_text(yaml.safe_dump(content))

    def kubeseal(*arguments: str, stdin: Any = None) -> tuple[int, bytes]:
        command = [kubeseal_path() or "", "--kubeconfig", str(tmp_path / "config"), *arguments]
        done = subprocess.run(command, input=json.dumps(stdin).encode(), capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert kubeseal("--fetch-cert") == (0, pair()[1])
    assert kubeseal("--validate", stdin=manifest({"a": sealed(by=key(1))})) == (0, b"")
    code, said = kubeseal("--validate", stdin=manifest({"a": BAD}))
    assert (code, b"unable to decrypt sealed secret: db" in said) == (1, True)
    code, said = kubeseal("--re-encrypt", stdin=manifest({"a": sealed(by=key(1))}))
    assert code == 0
    new = json.loads(said)["spec"]["encryptedData"]["a"]
    assert open_sealed(key().key, decode(new), label_as_read(*STRICT)).reveal() == VALUE


class TestLimits:
    def test_are_waited_for(self, stand_in: StandIn) -> None:
        stand_in.rate, stand_in.burst, stand_in.retry_after = 20, 0, "0"
        client = direct(stand_in.base)
        assert [client.opens(*STRICT, [sealed()]) for _ in range(4)] == [True] * 4
        assert len(stand_in.asked("/v1/verify")) > 4

    @pytest.mark.parametrize("retry_after", ["1", "86400", "-1", "soon", ""])
    def test_do_not_hold_us_for_ever(self, stand_in: StandIn, retry_after: str) -> None:
        stand_in.rate, stand_in.burst, stand_in.retry_after = 0, -1, retry_after
        with pytest.raises(NetworkError, match="asked too often") as caught:
            direct(stand_in.base, patience=0.3).opens(*STRICT, [sealed()])
        assert caught.value.exit_code is ExitCode.INCOMPLETE
        assert len(stand_in.seen) < 5


STATUS = {code: status_object(code)[1] for code in (401, 403, 404, 503)}
PAGE = b"<html>login</html>"
STRANGE = {
    "a login page": (200, PAGE, "not a controller's answer"),
    "another conflict": (409, PAGE, "not a controller's answer"),
    "an error of the server's": (500, b"", "cannot read the object"),
    "too large": (413, b"", "too large"),
    "a redirect": (302, b"https://127.0.0.1:1/v1/verify", "redirects"),
    "a redirect for posts": (307, b"/elsewhere", "redirects"),
    "an Ingress for the certificate only": (404, PAGE, "not served there"),
    "who are you": (401, PAGE, "asks for credentials"),
    "no": (403, PAGE, "refuses us"),
    "no pods": (503, PAGE, "no controller answers"),
    "a teapot": (418, PAGE, "answered 418"),
    "a page without end": (200, b"x" * (9 * 1024 * 1024), "more than 8388608 bytes"),
}


@pytest.mark.parametrize(("status", "body", "said"), STRANGE.values(), ids=STRANGE)
def test_only_a_controllers_answer_is_an_answer(stand_in: StandIn, status: int, body: bytes, said: str) -> None:
    stand_in.answers["/v1/verify"] = (status, body)
    with pytest.raises(NetworkError, match=said) as caught:
        direct(stand_in.base).opens(*STRICT, [sealed()])
    assert caught.value.hint
    assert caught.value.exit_code is ExitCode.INCOMPLETE
    assert [path for _, path, _, _ in stand_in.seen] == ["/v1/verify"]


ROTATED = {
    "nothing": b"",
    "no JSON": b"ok",
    "a list": b"[]",
    "no items": b'{"spec": {"encryptedData": {}}}',
    "another item": b'{"spec": {"encryptedData": {"x": "AAAA"}}}',
    "one too many": b'{"spec": {"encryptedData": {"0": "AAAA", "1": "AAAA"}}}',
    "an empty one": b'{"spec": {"encryptedData": {"0": ""}}}',
    "a number": b'{"spec": {"encryptedData": {"0": 5}}}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", ROTATED.values(), ids=ROTATED)
def test_only_the_items_that_were_sent_come_back(stand_in: StandIn, body: bytes) -> None:
    stand_in.answers["/v1/rotate"] = (200, body)
    with pytest.raises(NetworkError, match="not a controller's answer"):
        direct(stand_in.base).reencrypted(*STRICT, [sealed()])


class TestServers:
    def test_that_are_not_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(NetworkError, match="cannot be reached") as caught:
            direct(f"http://127.0.0.1:{port}").opens(*STRICT, [sealed()])
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    def test_that_say_nothing(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(NetworkError, match=r"did not answer within 0\.2 s"):
                direct(f"http://127.0.0.1:{port}", timeout=0.2).opens(*STRICT, [sealed()])

    def test_that_drip_a_header(self) -> None:
        """No silence is long, and no header ever ends."""
        import threading

        with socket.create_server(("127.0.0.1", 0)) as server:

            def drip() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Header: ")
                    try:
                        while True:
                            connection.sendall(b"x")
                            time.sleep(0.05)
                    except OSError:
                        return

            threading.Thread(target=drip, daemon=True).start()
            port = server.getsockname()[1]
            with pytest.raises(NetworkError, match=r"took longer than 0\.6 s"):
                direct(f"http://127.0.0.1:{port}", timeout=0.2).opens(*STRICT, [sealed()])

    def test_that_drip_a_body(self) -> None:
        with web() as base, pytest.raises(NetworkError, match=r"longer than 0\.2 s"):
            Exchange(Access(), 0.2).send(Request(f"{base}/drip"))

    @pytest.mark.parametrize(
        ("host", "days", "named", "said"),
        [
            ("127.0.0.1", 1, False, "no authority known here signed it"),
            ("127.0.0.1", -1, True, "it has expired"),
            ("127.0.0.2", 1, True, "for another host name"),
        ],
        ids=["another authority", "expired", "another name"],
    )
    def test_that_are_not_trusted(
        self, host: str, days: int, named: bool, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str((theirs if named else ours).file))
        with serving(StandIn(key()), theirs.server(host=host, days=days)) as server:
            with pytest.raises(NetworkError, match=said):
                direct(server.base).opens(*STRICT, [sealed()])
            assert server.seen == []


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "prod",
            "ftp://host",
            "https://",
            "file:///etc/passwd",
            "http://sealed-secrets.example.com",
            "http://10.0.0.1:8080",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
        ],
    )
    def test_that_are_refused(self, url: str) -> None:
        with pytest.raises(UsageError):
            Direct(url)

    def test_with_credentials_are_refused_without_showing_them(self, canary: bytes) -> None:
        with pytest.raises(UsageError) as caught:
            Direct(f"https://user:{canary.decode()}@127.0.0.1/")
        assert canary.decode() not in shown_by(caught.value)

    @pytest.mark.parametrize("end", ["", "/", "/v1/verify", "/v1/cert.pem", "/v1/rotate/", "?x=1#y"])
    def test_may_be_copied_from_anywhere(self, stand_in: StandIn, end: str) -> None:
        assert direct(stand_in.base + end).opens(*STRICT, [sealed()])

    @pytest.mark.parametrize("url", ["http://localhost:1", "http://[::1]:1", "http://127.3.2.1", "https://host"])
    def test_of_this_machine_may_be_plain(self, url: str) -> None:
        assert Direct(url).place == url

    def test_may_be_plain_where_that_is_wanted(self) -> None:
        assert Direct("http://host.example.com", plain=True).place == "http://host.example.com"


class TestThroughTheApi:
    @pytest.mark.parametrize("port", ["http", "", "web"])
    def test_asks_for_the_ports_name(self, stand_in: StandIn, port: str) -> None:
        stand_in.port = port
        client = through_api(stand_in.base)
        assert [client.opens(*STRICT, [sealed()]) for _ in range(3)] == [True] * 3
        assert client.certificate() == pair()[1]
        way = f"{SERVICES}/http:{NAME}:{port}/proxy"
        assert [path for _, path, _, _ in stand_in.seen] == [
            f"{SERVICES}/{NAME}",
            *[f"{way}/v1/verify"] * 3,
            f"{way}/v1/cert.pem",
        ]

    @pytest.mark.parametrize("port", ["http", ""])
    def test_tries_the_usual_names_where_it_may_not_ask(self, stand_in: StandIn, port: str) -> None:
        stand_in.port, stand_in.allowed = port, {f"http:{NAME}:http", f"http:{NAME}:"}
        assert through_api(stand_in.base).opens(*STRICT, [sealed()])
        stand_in.allowed = {f"http:{NAME}:{port}"}
        assert through_api(stand_in.base).opens(*STRICT, [BAD]) is False

    def refused(self, stand_in: StandIn, **names: str) -> str:
        with pytest.raises(SealwrightError) as caught:
            through_api(stand_in.base, **names).opens(*STRICT, [sealed()])
        assert caught.value.exit_code is ExitCode.INCOMPLETE
        assert caught.value.hint
        return f"{caught.value.message} {caught.value.hint}"

    def test_says_what_is_missing(self, stand_in: StandIn) -> None:
        stand_in.allowed = {NAME}
        assert "permission to `create` on `services/proxy` of sealed-secrets-controller" in self.refused(stand_in)
        stand_in.allowed = set()
        assert "permission to `create` on `services/proxy`" in self.refused(stand_in)
        with pytest.raises(NetworkError, match="permission to `get` on `services/proxy`"):
            through_api(stand_in.base).certificate()
        stand_in.allowed = None
        stand_in.has_endpoints = False
        assert "nothing answers behind Service kube-system/sealed-secrets-controller (503)" in self.refused(stand_in)
        stand_in.has_service = False
        assert "no Service kube-system/sealed-secrets-controller (404)" in self.refused(stand_in)
        assert "no Service kube-system/elsewhere (404)" in self.refused(stand_in, name="elsewhere")
        stand_in.token = "another"
        assert "does not accept our credentials (401)" in self.refused(stand_in)

    def test_tells_the_api_servers_conflict_from_the_controllers(self, stand_in: StandIn) -> None:
        status = json.dumps({"kind": "Status", "code": 409, "message": "secret words"}).encode()
        stand_in.answers[f"{SERVICES}/http:{NAME}:http/proxy/v1/verify"] = (409, status)
        said = self.refused(stand_in)
        assert "the API server answered 409" in said
        assert "secret words" not in said

    def test_needs_no_more_than_the_documented_role(self, stand_in: StandIn) -> None:
        text = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
        _, _, rest = text.partition("```yaml\napiVersion: rbac")
        rules = yaml.safe_load(f"apiVersion: rbac{rest.partition('```')[0]}")["rules"]
        names, ways = (rule["resourceNames"] for rule in rules)
        for port, allowed in (("http", names + ways), ("", names + ways), ("http", ways), ("", ways)):
            stand_in.port, stand_in.allowed = port, set(allowed)
            client = through_api(stand_in.base)
            assert client.certificate() == pair()[1]
            assert client.opens(*STRICT, [sealed()])

    @pytest.mark.parametrize("name", ["../pods", "a/b", "A", "a b", "a%2fb", "a?b", "-a", "x" * 254])
    def test_refuses_names_that_lead_elsewhere(self, name: str) -> None:
        for names in ({"name": name}, {"namespace": name}):
            with pytest.raises(UsageError, match="cannot be one of Kubernetes"):
                through_api("https://127.0.0.1:1", **names)

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"spec": {"ports": [{"name": "../.."}]}}', b"\xff"])
    def test_is_not_led_astray_by_the_services_answer(self, stand_in: StandIn, body: bytes) -> None:
        stand_in.port = ""
        stand_in.answers[f"{SERVICES}/{NAME}"] = (200, body)
        assert through_api(stand_in.base).opens(*STRICT, [sealed()])


def test_what_is_sent_is_no_more_than_opening_needs(stand_in: StandIn) -> None:
    direct(stand_in.base).opens(Scope.NAMESPACE_WIDE, "prod", "db", [sealed(scope=Scope.NAMESPACE_WIDE)])
    [(method, path, headers, body)] = stand_in.seen
    assert (method, path) == ("POST", "/v1/verify")
    document = json.loads(body)
    assert document.pop("metadata") == {
        "name": "db",
        "namespace": "prod",
        "annotations": {"sealedsecrets.bitnami.com/namespace-wide": "true"},
    }
    assert document.pop("spec").keys() == {"encryptedData"}
    assert document == {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret"}
    assert "Authorization" not in headers


def test_a_route_from_the_configuration(stand_in: StandIn) -> None:
    client = ControllerClient(route_to(Controller(url=stand_in.base)))
    assert client.place == stand_in.base
    assert client.certificate() == pair()[1]
