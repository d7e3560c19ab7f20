"""Kubeconfigs of every shape, against a real API server's stand-in; and what a stranger's kubeconfig may not do."""

from __future__ import annotations

import json
import os
import secrets
import select
import socket
import socketserver
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from controller_stand_in import Authority, StandIn, serving
from support import posix_only
from unit.sealing.material import shown_by
from unit.verify.made import key, pair, sealed

from sealwright.config import Controller
from sealwright.errors import ConfigurationError, ExitCode, SealwrightError, UsageError
from sealwright.manifest.git import Repository
from sealwright.run.controllers import controller_client
from sealwright.sealing.kubeconfig.choice import chosen
from sealwright.sealing.kubeconfig.in_cluster import service_account
from sealwright.sealing.scope import Scope

TOKEN = secrets.token_urlsafe(24)
STRICT = (Scope.STRICT, "prod", "db")
PLUGIN = "client.authentication.k8s.io/v1"


class Api(NamedTuple):
    """A running API server, the folder of its files, and the authority of its clients."""

    server: StandIn
    folder: Path
    authority: Authority
    clients: Authority


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("authority")
    api = Api(StandIn(key(), certificate=pair()[1]), folder, Authority(folder), Authority(folder, "clients"))
    with serving(api.server, api.authority.server()):
        yield api


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)


@pytest.fixture
def api(running: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Api:
    """The same, wanting a token; nobody's home has a kubeconfig."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    running.server.token = TOKEN
    running.server.seen.clear()
    return running


def base64(data: bytes | str) -> str:
    return b64encode(data.encode() if isinstance(data, str) else data).decode()


def config(api: Api, user: dict[str, Any], cluster: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A kubeconfig with one of each; None takes a key out."""
    server = {"server": api.server.base, "certificate-authority-data": base64(api.authority.pem)} | (cluster or {})
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "c", "cluster": {name: value for name, value in server.items() if value is not None}}],
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": user}],
    }
    return content | more


def write(folder: Path, content: Any, name: str = "kubeconfig") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


def opens(path: Path | str = "", context: str = "", repository: Path | None = None) -> bool:
    where = Controller(kubeconfig=str(path), context=context)
    with controller_client(where, Repository(str(repository)) if repository else None) as client:
        return client.opens(*STRICT, [sealed()])


def refused(path: Path | str = "", context: str = "", repository: Path | None = None) -> str:
    with pytest.raises(SealwrightError) as caught:
        opens(path, context, repository)
    assert caught.value.exit_code is ExitCode.USAGE
    assert TOKEN not in shown_by(caught.value)
    assert caught.value.hint
    return str(caught.value)


def plugin(folder: Path, code: str, **more: Any) -> dict[str, Any]:
    """A user whose credentials come from a program in Python."""
    program = write(folder, code, "plugin.py")
    spec = {"apiVersion": PLUGIN, "command": sys.executable, "args": [str(program)], "interactiveMode": "Never"}
    return {"exec": {name: value for name, value in (spec | more).items() if value is not None}}


def printing(status: dict[str, Any], **more: Any) -> str:
    document = {"apiVersion": PLUGIN, "kind": "ExecCredential", "status": status} | more
    return f"print({json.dumps(document)!r})"


UNUSABLE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a password": ({"username": "me", "password": TOKEN}, {}, "basic authentication"),
    "an auth provider": ({"auth-provider": {"name": "gcp"}}, {}, "auth-provider"),
    "impersonation": ({"token": TOKEN, "as": "admin"}, {}, "impersonation"),
    "groups": ({"token": TOKEN, "as-groups": ["a"]}, {}, "impersonation"),
    "no verification": ({"token": TOKEN}, {"insecure-skip-tls-verify": True}, "TLS is always verified"),
    "plain http": ({"token": TOKEN}, {"server": "http://10.0.0.1"}, "plain http"),
    "no server": ({"token": TOKEN}, {"server": None}, "not an https address"),
    "another scheme": ({"token": TOKEN}, {"server": "ftp://host"}, "not an https address"),
    "a server with a password": ({"token": "x"}, {"server": f"https://u:{TOKEN}@h"}, "not an https address"),
    "a socks proxy": ({"token": TOKEN}, {"proxy-url": "socks5://127.0.0.1:1"}, "`proxy-url`"),
    "an authority that is none": ({"token": TOKEN}, {"certificate-authority-data": base64("x")}, "cannot be read"),
    "an authority that is not base64": ({"token": TOKEN}, {"certificate-authority-data": "-"}, "not base64"),
    "an authority that is not there": (
        {"token": TOKEN},
        {"certificate-authority-data": None, "certificate-authority": "none.pem"},
        "cannot be read",
    ),
    "a token on two lines": ({"token": f"{TOKEN}\n{TOKEN}"}, {}, "no token has"),
    "a token that is a list": ({"token": [TOKEN]}, {}, "`token` is not a string"),
    "a token file that is not there": ({"tokenFile": "none"}, {}, "cannot be read"),
    "half a pair": ({"client-key-data": base64(TOKEN)}, {}, "no `client-certificate`"),
    "a pair that is none": (
        {"client-key-data": base64(TOKEN), "client-certificate-data": base64("x")},
        {},
        "cannot be used",
    ),
    "a plug-in of long ago": (
        {"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "x"}},
        {},
        "apiVersion",
    ),
    "a plug-in that is not there": (
        {"exec": {"apiVersion": PLUGIN, "command": "no-such-program"}},
        {},
        "not there",
    ),
    "a plug-in without a name": ({"exec": {"apiVersion": PLUGIN}}, {}, "not there"),
    "a plug-in that is a list": ({"exec": [TOKEN]}, {}, "apiVersion"),
    "a plug-in for a terminal": (
        {"exec": {"apiVersion": PLUGIN, "command": sys.executable, "interactiveMode": "Always"}},
        {},
        "wants a terminal",
    ),
}


SAYING_NOTHING: dict[str, tuple[str, str]] = {
    "something else": ("kind: Secret\n", "not a kubeconfig"),
    "a list": ("- a\n", "not a kubeconfig"),
    "broken": ("users: [\n", "not well-formed"),
    "in a circle": ("users: &a [*a]\n", "holds itself"),
    "entries without a name": ("users: [{user: {}}]\n", "`users` cannot be read"),
    "entries that are words": ("users: [a]\n", "`users` cannot be read"),
    "nothing": ("", "no current context"),
    "no such context": ("current-context: x\n", "no such context"),
    "no such cluster": ("{current-context: x, contexts: [{name: x, context: {cluster: y}}]}", "no such cluster"),
}


@contextmanager
def forwarding() -> Iterator[tuple[str, list[str]]]:
    """The address of a proxy that lets everybody through, and what it was asked."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode().rpartition(" ")[0])
            while self.rfile.readline().strip():
                pass
            host, _, port = asked[-1].split()[1].rpartition(":")
            with socket.create_connection((host, int(port))) as there:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                ends = {self.connection: there, there: self.connection}
                while True:
                    for readable in select.select(list(ends), [], [])[0]:
                        data = readable.recv(65536)
                        if not data:
                            return
                        ends[readable].sendall(data)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


class TestRefuses:
    @pytest.mark.parametrize(("user", "cluster", "said"), UNUSABLE.values(), ids=UNUSABLE)
    def test_what_cannot_or_must_not_be_used(
        self, api: Api, tmp_path: Path, user: dict[str, Any], cluster: dict[str, Any], said: str
    ) -> None:
        assert said in refused(write(tmp_path, config(api, user, cluster)))
        assert api.server.seen == []

    @pytest.mark.parametrize(("text", "said"), SAYING_NOTHING.values(), ids=SAYING_NOTHING)
    def test_files_that_say_nothing(self, api: Api, tmp_path: Path, text: str, said: str) -> None:
        assert said in refused(write(tmp_path, text))

    def test_a_file_that_is_not_there(self, api: Api, tmp_path: Path) -> None:
        assert "cannot be read" in refused(tmp_path / "none")
        assert "no kubeconfig" in refused()

    def test_a_context_that_is_not_there(self, api: Api, tmp_path: Path) -> None:
        path = write(tmp_path, config(api, {"token": TOKEN}))
        with pytest.raises(UsageError) as caught:
            opens(path, "staging")
        assert "there are: prod" in caught.value.hint

    def test_a_server_of_another_authority_gets_no_token(
        self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not even where the environment would trust it."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(api.authority.file))
        other = base64(Authority(tmp_path, "other").pem)
        path = write(tmp_path, config(api, {"token": TOKEN}, {"certificate-authority-data": other}))
        with pytest.raises(SealwrightError, match="no authority known here signed it") as caught:
            opens(path)
        assert caught.value.exit_code is ExitCode.INCOMPLETE
        assert api.server.seen == []

    def test_a_server_under_another_name_gets_no_token(self, api: Api, tmp_path: Path) -> None:
        path = write(tmp_path, config(api, {"token": TOKEN}, {"tls-server-name": "other.example"}))
        with pytest.raises(SealwrightError, match="for another host name"):
            opens(path)
        assert api.server.seen == []


class TestAccepts:
    @pytest.mark.parametrize("form", ["yaml", "json"])
    def test_a_token(self, api: Api, tmp_path: Path, form: str) -> None:
        content = config(api, {"token": TOKEN})
        assert opens(write(tmp_path, json.dumps(content) if form == "json" else yaml.safe_dump(content)))
        assert {headers.get("Authorization") for _, _, headers, _ in api.server.seen} == {f"Bearer {TOKEN}"}

    def test_a_tokens_file_before_the_token(self, api: Api, tmp_path: Path) -> None:
        write(tmp_path / "deep", f"{TOKEN}\n", "token")
        assert opens(write(tmp_path / "deep", config(api, {"tokenFile": "token", "token": "old"})))

    def test_an_authoritys_file(self, api: Api, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_bytes(b"# ours\n" + api.authority.pem)
        cluster = {"certificate-authority-data": None, "certificate-authority": "ca.pem"}
        assert opens(write(tmp_path, config(api, {"token": TOKEN}, cluster)))

    def test_the_environments_authorities_where_none_is_named(
        self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(tmp_path, config(api, {"token": TOKEN}, {"certificate-authority-data": None}))
        with pytest.raises(SealwrightError, match="no authority"):
            opens(path)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(api.authority.file))
        assert opens(path)

    def test_a_server_by_the_name_that_is_expected(self, api: Api, tmp_path: Path) -> None:
        with serving(StandIn(key()), api.authority.server(host="api.example")) as server:
            path = write(
                tmp_path, config(api, {"token": "t"}, {"server": server.base, "tls-server-name": "api.example"})
            )
            assert opens(path)

    @posix_only
    @pytest.mark.parametrize("form", ["data", "files"])
    def test_a_client_certificate(self, api: Api, tmp_path: Path, form: str) -> None:
        certificate, private = api.clients.pair("me")
        (tmp_path / "me.crt").write_bytes(certificate)
        (tmp_path / "me.key").write_bytes(private)
        user = {"client-certificate": "me.crt", "client-key": "me.key"}
        if form == "data":
            user = {f"{name}-data": base64((tmp_path / path).read_bytes()) for name, path in user.items()}
        with serving(StandIn(key()), api.authority.server(clients=api.clients)) as server:
            assert opens(write(tmp_path, config(api, user, {"server": server.base})))
            with pytest.raises(SealwrightError):
                opens(write(tmp_path, config(api, {"token": "t"}, {"server": server.base})))

    def test_a_named_context_and_a_server_of_this_machine(self, api: Api, tmp_path: Path) -> None:
        with serving(StandIn(key())) as server:  # as `kubectl proxy`
            content = config(api, {"token": "x"}, {"server": server.base})
            content["contexts"].append({"name": "other", "context": {"cluster": "c"}})
            assert opens(write(tmp_path, content), "other")
            assert {headers.get("Authorization") for _, _, headers, _ in server.seen} == {None}

    def test_several_files_where_the_first_word_counts(
        self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good, bad = config(api, {"token": TOKEN}), config(api, {"token": "bad"})
        del good["contexts"], good["current-context"]
        del bad["clusters"]
        paths = [tmp_path / "none", write(tmp_path, good, "1"), write(tmp_path, "", "2"), write(tmp_path, bad, "3")]
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["", *map(str, paths)]))
        assert opens()
        with pytest.raises(ConfigurationError):
            opens(tmp_path / "none")  # a file that is named has to be there

    def test_the_one_at_home(self, api: Api, tmp_path: Path) -> None:
        write(tmp_path / ".kube", config(api, {"token": TOKEN}), "config")
        assert opens()

    def test_the_service_account_of_a_pod(self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, f"{TOKEN}\n", "token")
        (tmp_path / "ca.crt").write_bytes(api.authority.pem)
        with pytest.raises(UsageError, match="no kubeconfig"):
            service_account(str(tmp_path))
        _, _, port = api.server.base.rpartition(":")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
        server, access = service_account(str(tmp_path))
        assert server == api.server.base
        assert access.token is not None
        assert access.token.reveal() == TOKEN.encode()
        assert TOKEN not in f"{access!r} {access}"

    def test_a_proxy(self, api: Api, tmp_path: Path) -> None:
        with forwarding() as (proxy, asked):
            assert opens(write(tmp_path, config(api, {"token": TOKEN}, {"proxy-url": proxy})))
            assert set(asked) == {f"CONNECT {api.server.base.removeprefix('https://')}"}
            other = base64(Authority(tmp_path, "other").pem)
            cluster = {"proxy-url": proxy, "certificate-authority-data": other}
            with pytest.raises(SealwrightError, match="no authority known here"):
                opens(write(tmp_path, config(api, {"token": TOKEN}, cluster)))

    def test_a_proxy_that_is_none(self, api: Api, tmp_path: Path, canary: bytes) -> None:
        with serving(StandIn()) as proxy:  # no proxy at all: it is asked, and does not let us through
            url = proxy.base.replace("http://", f"http://user:{canary.decode()}@")
            with pytest.raises(SealwrightError, match="proxy") as caught:
                opens(write(tmp_path, config(api, {"token": TOKEN}, {"proxy-url": url})))
        assert canary.decode() not in shown_by(caught.value)
        assert api.server.seen == []


FAILING_PLUGINS: dict[str, tuple[str, str]] = {
    "fails": (f"import sys; print({TOKEN!r}); print({TOKEN!r}, file=sys.stderr); sys.exit(3)", "exit code 3"),
    "says nothing": ("", "is not an ExecCredential"),
    "says something else": (f"print({TOKEN!r})", "is not an ExecCredential"),
    "says a list": ("print([])", "is not an ExecCredential"),
    "answers in another version": (printing({"token": TOKEN}, apiVersion=f"{PLUGIN}beta1"), "is not an Exec"),
    "answers another kind": (printing({"token": TOKEN}, kind="Status"), "is not an ExecCredential"),
    "gives a number": (printing({"token": 5}), "is not an ExecCredential"),
    "gives nothing": (printing({}), "gives no credentials"),
    "gives half a pair": (printing({"clientCertificateData": TOKEN}), "gives no credentials"),
    "gives a header of its own": (printing({"token": f"{TOKEN}\r\nX: y"}), "no token has"),
    "says too much": (f"print({TOKEN!r} * 100_000)", "prints more than 1 MiB"),
}


class TestPlugins:
    @pytest.mark.parametrize("version", [PLUGIN, f"{PLUGIN}beta1"])
    def test_give_a_token(self, api: Api, tmp_path: Path, version: str) -> None:
        code = printing({"token": TOKEN, "expirationTimestamp": "2030-01-01T00:00:00Z"}, apiVersion=version)
        assert opens(write(tmp_path, config(api, plugin(tmp_path, code, apiVersion=version))))

    @posix_only
    def test_give_a_certificate(self, api: Api, tmp_path: Path) -> None:
        certificate, private = (part.decode() for part in api.clients.pair("me"))
        code = printing({"clientCertificateData": certificate, "clientKeyData": private})
        with serving(StandIn(key()), api.authority.server(clients=api.clients)) as server:
            assert opens(write(tmp_path, config(api, plugin(tmp_path, code), {"server": server.base})))

    def test_get_arguments_environment_and_what_they_ask_for(self, api: Api, tmp_path: Path) -> None:
        code = (
            "import json, os, sys\n"
            "told = json.loads(os.environ['KUBERNETES_EXEC_INFO'])\n"
            "assert told['spec']['interactive'] is False\n"
            "assert told['spec']['cluster']['server'].startswith('https://127.0.0.1')\n"
            "assert told['spec']['cluster']['config'] == {'audience': 'x', 'seconds': 5, 'on': True}\n"
            "assert sys.argv[1:] == ['get', 'token'] and os.environ['PROFILE'] == 'p' and not sys.stdin.read()\n"
            f"assert os.path.samefile(os.getcwd(), {str(tmp_path)!r})\n" + printing({"token": TOKEN})
        )
        user = plugin(tmp_path, code, provideClusterInfo=True, env=[{"name": "PROFILE", "value": "p"}])
        user["exec"]["args"] += ["get", "token"]
        extension = {"audience": "x", "seconds": 5, "on": True}
        extensions = [{"name": "client.authentication.k8s.io/exec", "extension": extension}]
        assert opens(write(tmp_path, config(api, user, {"extensions": extensions})))

    @posix_only
    def test_are_found_from_the_kubeconfigs_folder_and_on_the_path(
        self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = write(tmp_path / "bin", f"#!{sys.executable}\n{printing({'token': TOKEN})}\n", "login")
        program.chmod(0o755)
        assert opens(write(tmp_path, config(api, {"exec": {"apiVersion": PLUGIN, "command": "./bin/login"}})))
        by_name = write(tmp_path, config(api, {"exec": {"apiVersion": PLUGIN, "command": "login"}}))
        monkeypatch.chdir(program.parent)
        monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "/nowhere"]))
        assert "not there" in refused(by_name)
        monkeypatch.setenv("PATH", str(program.parent))
        assert opens(by_name)

    @pytest.mark.parametrize(("code", "said"), FAILING_PLUGINS.values(), ids=FAILING_PLUGINS)
    def test_that_fail(self, api: Api, tmp_path: Path, code: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
        words = refused(write(tmp_path, config(api, plugin(tmp_path, code))))
        assert said in words
        assert TOKEN not in "".join(capfd.readouterr())
        assert api.server.seen == []

    @posix_only
    def test_that_do_not_end(self, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not even through what they have started, which holds their output open."""
        monkeypatch.setattr("sealwright.sealing.kubeconfig.plugin.SECONDS", 0.5)
        mark = tmp_path / "alive"
        late = f"import time; time.sleep(3); open({str(mark)!r}, 'w')"
        code = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {late!r}])\n"
        assert "took longer than 0.5 s" in refused(write(tmp_path, config(api, plugin(tmp_path, code))))
        import time

        time.sleep(3)
        assert not mark.exists()


class TestStrangers:
    """A kubeconfig that lies in the repository: what it names is not run, and nothing is sent from elsewhere."""

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        folder = tmp_path / "repository"
        folder.mkdir()
        return folder

    def test_run_nothing(self, api: Api, tmp_path: Path, repository: Path) -> None:
        mark = tmp_path / "ran"
        user = plugin(tmp_path, f"open({str(mark)!r}, 'w')\n{printing({'token': TOKEN})}")
        path = write(repository, config(api, user))
        assert "a program to run" in refused(path, repository=repository)
        link = tmp_path / "link"
        link.symlink_to(path)
        assert "a program to run" in refused(link, repository=repository)
        inner = repository / "link"
        inner.symlink_to(write(tmp_path, config(api, user)))
        assert "a program to run" in refused(inner, repository=repository)
        assert not mark.exists()
        assert opens(write(tmp_path, config(api, user)), repository=repository)
        assert mark.exists()

    @pytest.mark.parametrize("key_", ["tokenFile", "client-key", "client-certificate"])
    def test_send_no_files(self, api: Api, tmp_path: Path, repository: Path, key_: str) -> None:
        write(tmp_path, TOKEN, "token")
        path = write(repository, config(api, {key_: str(tmp_path / "token")}))
        assert "a file to send" in refused(path, repository=repository)
        assert api.server.seen == []

    def test_use_no_credentials_of_another_file(
        self, api: Api, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs, mine = config(api, {}), config(api, {"token": TOKEN})
        del theirs["users"]
        paths = (write(repository, theirs), write(tmp_path, mine, "mine"))
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, paths)))
        assert "credentials of another file" in refused(repository=repository)
        assert api.server.seen == []

    def test_may_use_what_they_say_themselves(self, api: Api, repository: Path) -> None:
        assert opens(write(repository, config(api, {"token": TOKEN})), repository=repository)

    def test_are_known_by_the_configurations_folder_too(self, api: Api, tmp_path: Path, repository: Path) -> None:
        """`--config` may name the configuration of another repository than the one that we are in."""
        path = write(repository, config(api, plugin(tmp_path, printing({"token": TOKEN}))))
        where = Controller(kubeconfig=str(path), folder=str(repository))
        with pytest.raises(UsageError, match="a program to run"):
            controller_client(where, None)

    @posix_only
    def test_a_program_of_the_repository_is_not_run_for_anybody(
        self, api: Api, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = write(repository / "bin", f"#!{sys.executable}\n{printing({'token': TOKEN})}\n", "login")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        for command in ("login", str(program), "repository/bin/login"):
            path = write(tmp_path, config(api, {"exec": {"apiVersion": PLUGIN, "command": command}}))
            assert "only inside the repository" in refused(path, repository=repository)
            assert opens(path)


def test_nothing_of_a_kubeconfig_is_shown(api: Api, tmp_path: Path) -> None:
    from sealwright.sealing.kubeconfig.files import load

    files = load([str(write(tmp_path, config(api, {"token": TOKEN})))])
    assert TOKEN not in f"{files!r} {files.users!r} {files}"
    server, access = chosen(str(tmp_path / "kubeconfig"), "")
    assert TOKEN not in f"{access!r} {access} {server}"
