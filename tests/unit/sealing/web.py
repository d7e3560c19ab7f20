"""A real web server on the loopback, with or without TLS, for the tests of fetching."""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = b"-----BEGIN CERTIFICATE-----\n"
LIMIT = 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """Answers by path. `/to` redirects to what the query says; `seen` collects what was asked, with its headers."""

    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.seen.append((self.path, dict(self.headers)))
        if path == "/to":
            self._answer(302, b"", Location=query)
        elif path == "/nowhere":
            self._answer(302, b"")
        elif path == "/silent":
            time.sleep(1.5)
        elif path == "/drip":
            self._drip()
        elif path == "/broken":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(BODY)
        else:
            bodies = {"/v1/cert.pem": BODY, "/full": b"x" * LIMIT, "/large": b"x" * (LIMIT + 1)}
            self._answer(200 if path in bodies else 404, bodies.get(path, b"secret page"))

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the client heard enough
            self.close_connection = True

    def _drip(self) -> None:
        """A byte now and then: no silence is long, the whole is endless."""
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(2000):
                self.wfile.write(b"x" * 64)
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses our certificate is what some tests are about."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The base address of a server that lives as long as the block."""
    server = Server(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def authority(folder: Path, *, address: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A new authority's file, and the context of a server that it vouches for under `address`."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("root", "server"))
    now = datetime.now(timezone.utc)

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey, *, ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(issuer_name=root_name, subject_name=subject, public_key=public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )

    usage = x509.KeyUsage(*(False,) * 5, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False)
    root = builder(root_name, root_key.public_key(), ca=True).add_extension(usage, critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    leaf = builder(name, key.public_key(), ca=False).add_extension(names, critical=False).sign(root_key, SHA256())
    bundle, chain = folder / "root.pem", folder / "server.pem"
    bundle.write_bytes(root.sign(root_key, SHA256()).public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(leaf.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return bundle, context
