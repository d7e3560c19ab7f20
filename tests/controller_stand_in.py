"""A stand-in for the controller and for the API server in front of it: real HTTP(S) on the loopback, our own crypto.

It answers as upstream's pkg/controller/server.go does: empty bodies, text/plain, a bucket for each path, `Retry-After`;
and as the API server's proxy for Services does, with objects of kind Status for its own errors.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sealwright.sealing.go_base64 import BadBase64, decode
from sealwright.sealing.keys import PrivateKey
from sealwright.sealing.scheme import CannotOpen, encode, open_sealed, seal
from sealwright.sealing.scope import label_as_read, scope_of

SERVICES = "/api/v1/namespaces/kube-system/services"
NAME = "sealed-secrets-controller"
STATUS_REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 503: "ServiceUnavailable"}


class StandIn:
    """What the server does, and what it has seen. Tests set the attributes while it runs.

    `port` is the name of the Service's port. `allowed` are the paths below `services/` that RBAC lets through, None for
    all. `answers` replaces the answer for a path by (status, body). `rate` is in questions a second.
    """

    def __init__(self, *keys: PrivateKey, certificate: bytes = b"", rate: float = 1000, burst: int = 1000) -> None:
        self.keys = list(keys)
        self.certificate = certificate
        self.rate, self.burst = rate, burst
        self.retry_after = "1"
        self.port = "http"
        self.token = ""
        self.allowed: set[str] | None = None
        self.has_service = self.has_endpoints = True
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.base = ""
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def asked(self, path: str) -> list[bytes]:
        """The bodies of the requests for an endpoint."""
        return [body for _, seen, _, body in self.seen if seen.endswith(path)]

    def respond(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers."""
        with self._lock:
            self.seen.append((method, path, headers, body))
        if path in self.answers:
            status, content = self.answers[path]
            return status, content, {"Location": content.decode()} if status in (301, 302, 307) else {}
        if path.startswith("/api"):
            return self._api(path, headers, body)
        return self._controller(path, body)

    def _api(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return status_object(401)
        service, _, endpoint = path.removeprefix(f"{SERVICES}/").partition("/proxy")
        if self.allowed is not None and service not in self.allowed:
            return status_object(403)
        known = {NAME, f"http:{NAME}:{self.port}"} | ({f"http:{NAME}:"} if not self.port else set())
        if not path.startswith(SERVICES) or not self.has_service or NAME not in service:
            return status_object(404)
        if not endpoint:
            port = {"port": 8080} | ({"name": self.port} if self.port else {})
            found = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME}, "spec": {"ports": [port]}}
            return 200, json.dumps(found).encode(), {"Content-Type": "application/json"}
        if not self.has_endpoints or service not in known:
            return status_object(503)
        return self._controller(endpoint, body)

    def _controller(self, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if path == "/healthz":
            return 200, b"ok\n", {"Content-Type": "text/plain; charset=utf-8"}
        if path == "/v1/cert.pem":
            content = self.certificate or b"cannot get certificate\n"
            return (200 if self.certificate else 500), content, {"Content-Type": "application/x-pem-file"}
        if path not in ("/v1/verify", "/v1/rotate"):
            return 404, b"404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"}
        left, limits = self._take(path)
        if not left:
            return 429, b"limit exceeded\n", {"Retry-After": self.retry_after, **limits}
        opened = self._opened(body)
        if opened is None:
            return 500, b"", limits
        if path == "/v1/verify":
            return (200 if opened[1] else 409), b"", limits
        return (200, self._rotated(opened), limits) if opened[1] else (500, b"", limits)

    def _take(self, path: str) -> tuple[bool, dict[str, str]]:
        with self._lock:
            full = float(self.burst + 1)
            left, then = self._buckets.get(path, (full, time.monotonic()))
            now = time.monotonic()
            left = min(full, left + (now - then) * self.rate)
            taken = left >= 1
            self._buckets[path] = (left - taken, now)
            limits = {"X-Ratelimit-Limit": str(self.burst + 1), "X-Ratelimit-Remaining": str(int(left - taken))}
        return taken, limits | {"X-Ratelimit-Reset": "1"}

    def _opened(self, body: bytes) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
        """The object and its values, None for values that do not open; None for what is no SealedSecret."""
        try:
            [document] = list(yaml.safe_load_all(body))
        except (yaml.YAMLError, ValueError):
            return None
        if not isinstance(document, dict) or document.get("apiVersion") != "bitnami.com/v1alpha1":
            return None
        if document.get("kind") != "SealedSecret":
            return None
        metadata = document.get("metadata") or {}
        scope = scope_of(metadata.get("annotations") or {})
        label = label_as_read(scope, metadata.get("namespace") or "", metadata.get("name") or "")
        values = {}
        for name, text in document["spec"]["encryptedData"].items():
            found = next((value for key in self.keys if (value := opened_by(key, text, label)) is not None), None)
            if found is None:
                return document, None
            values[name] = found
        return document | {"label": label}, values

    def _rotated(self, opened: tuple[dict[str, Any], dict[str, Any] | None]) -> bytes:
        document, values = opened
        label = document.pop("label")
        data = {
            name: encode(seal(self.keys[0].key.public_key(), value, label)) for name, value in (values or {}).items()
        }
        metadata = document["metadata"]
        # As upstream: neither kind nor apiVersion.
        answer = {"metadata": metadata, "spec": {"template": {"metadata": metadata}, "encryptedData": data}}
        return json.dumps(answer).encode()


def opened_by(key: PrivateKey, text: str, label: bytes) -> Any:
    try:
        return open_sealed(key.key, decode(text), label)
    except (CannotOpen, BadBase64):
        return None


def status_object(code: int) -> tuple[int, bytes, dict[str, str]]:
    """An error of the API server itself."""
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": STATUS_REASONS[code], "code": code}
    return code, json.dumps(status).encode(), {"Content-Type": "application/json"}


class Authority:
    """A certificate authority in a folder: `file` is its certificate; it vouches for servers and for clients."""

    def __init__(self, folder: Path, name: str = "root") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(
            *(False,) * 5, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False
        )
        root = self._builder(name, self._key.public_key(), 1, ca=True).add_extension(usage, critical=True)
        self.pem = root.sign(self._key, SHA256()).public_bytes(Encoding.PEM)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.pem)

    def _builder(self, name: str, public: Any, days: int, *, ca: bool) -> x509.CertificateBuilder:
        now = datetime.now(timezone.utc)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(issuer_name=self._name, public_key=public)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(identifier, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )

    def pair(self, name: str, *, host: str = "", days: int = 1) -> tuple[bytes, bytes]:
        """Certificate and key, as PEM: of a server where `host` is given (an address or a name), else of a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(name, key.public_key(), days, ca=False)
        if host:
            named = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
            builder = builder.add_extension(x509.SubjectAlternativeName([named]), critical=False)
        certificate = builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM)
        return certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def server(self, *, host: str = "127.0.0.1", days: int = 1, clients: Authority | None = None) -> ssl.SSLContext:
        """The TLS of a server; with `clients`, only for those with a certificate of that authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain = self._folder / "server.pem"
        chain.write_bytes(b"".join(self.pair("server", host=host, days=days)))
        context.load_cert_chain(chain)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=clients.pem.decode())
        return context


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses our certificate is what some tests are about."""


@contextmanager
def serving(stand_in: StandIn, tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Run it for as long as the block lasts; `base` is its address then."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without it, an answer in two packets waits for the client's delayed acknowledgement.
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content, headers = stand_in.respond(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {"Content-Type": "text/plain", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stand_in.base = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
