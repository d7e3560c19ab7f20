"""Pinning: a cluster's certificate into the repository, its fingerprint and the way to its controller into the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import CertificateError, UsageError
from sealwright.patterns import Pattern
from sealwright.rewrite.transaction import FileChange
from sealwright.run.clusters.entry import Line, with_cluster, word, words
from sealwright.sealing.certificate import load_certificate

if TYPE_CHECKING:
    from sealwright.config import Cluster, Config, Controller
    from sealwright.manifest.git import Repository
    from sealwright.sealing.certificate import SealingCertificate

FOLDER = "certs"
_NAME = Pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
_MAX_BYTES = 1024 * 1024


class Wish(NamedTuple):
    """What is to be pinned. Without `certificate` (a file) the controller is asked; both may be given.

    `replace` allows another key than the one pinned now, `rotated` also keeps that one among the earlier ones.
    """

    name: str
    certificate: str = ""
    controller: Controller | None = None
    fingerprint: str = ""
    paths: tuple[str, ...] = ()
    replace: bool = False
    rotated: bool = False


class Pin(NamedTuple):
    """What would be pinned: the certificate, where it is from, and what to write; `previous` is the key until now."""

    certificate: SealingCertificate
    origin: str
    changes: tuple[FileChange, ...]
    previous: str = ""


def pin(wish: Wish, config: Config, config_path: str, repository: Repository | None) -> Pin:
    """Get the certificate, check it, and say what to write. Nothing is written.

    Raises UsageError for a name or a combination that cannot be, CertificateError for a certificate that must not be
    used and for another key than the one that is pinned, NetworkError where nobody answers.
    """
    if not _NAME.match(wish.name):
        raise UsageError("this cannot be a cluster's name", hint="letters, digits, `.`, `_` and `-`")
    known = config.cluster(wish.name)
    where = wish.controller or (known.controller if known else None)
    if wish.certificate:
        data, origin = _read(wish.certificate), wish.certificate
    elif where is not None:
        data, origin = _fetched(where, repository, pinned=bool(wish.fingerprint))
    else:
        hint = "give --controller URL, --certificate FILE, or --kubeconfig FILE and --context NAME"
        raise UsageError("nothing says where its certificate is", hint=hint)
    certificate = load_certificate(data, source=origin, fingerprint=wish.fingerprint)
    previous = _previous(wish, known, certificate, config)
    changes = _changes(wish, known, data, certificate, config_path)
    return Pin(certificate, origin, tuple(changes), previous)


def _previous(wish: Wish, known: Cluster | None, certificate: SealingCertificate, config: Config) -> str:
    """The fingerprint that is pinned now, if it is another one; refuses to put another in its place unasked."""
    if known is None or not known.fingerprint or known.fingerprint == certificate.fingerprint:
        return ""
    if not (wish.replace or wish.rotated):
        message = f"cluster {wish.name} is pinned to {known.fingerprint}, but this is {certificate.fingerprint}"
        hint = "if the controller has renewed its key: --rotated; if the cluster is another one now: --replace"
        raise CertificateError(message, place=config.path, hint=hint)
    return known.fingerprint


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}", place=path, hint="check --certificate") from None


def _fetched(where: Controller, repository: Repository | None, *, pinned: bool) -> tuple[bytes, str]:
    from sealwright.run.controllers import controller_client

    with controller_client(where, repository, plain=pinned) as client:
        return client.certificate(), client.place


def _changes(
    wish: Wish, known: Cluster | None, data: bytes, certificate: SealingCertificate, config_path: str
) -> list[FileChange]:
    folder = os.path.dirname(config_path)
    path = _place(wish, known, folder)
    changes = []
    before = _content(path)
    pem = _as_pem(data)
    if os.path.abspath(wish.certificate or os.devnull) != os.path.abspath(path):
        if before is not None and before != pem and known is None:
            hint = "remove it, or name it with --certificate"
            raise CertificateError("there is another certificate already", place=path, hint=hint)
        changes.append(FileChange(path, before, pem))
    lines = _lines(wish, known, os.path.relpath(path, folder or os.curdir).replace(os.sep, "/"), certificate)
    old = _content(config_path)
    return [*changes, FileChange(config_path, old, with_cluster(old or b"", config_path, wish.name, lines))]


def _place(wish: Wish, known: Cluster | None, folder: str) -> str:
    """Where the certificate is kept: where it is, if that is beside the configuration or below it."""
    if wish.certificate and _is_below(wish.certificate, folder):
        return wish.certificate
    if known is not None and known.certificate and "://" not in known.certificate:
        return known.certificate
    return os.path.join(folder, FOLDER, f"{wish.name}.pem")


def _is_below(path: str, folder: str) -> bool:
    root = os.path.join(os.path.abspath(folder or os.curdir), "")
    return os.path.abspath(path).startswith(root)


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=path, hint="check its permissions") from None


def _as_pem(data: bytes) -> bytes:
    """The first certificate and nothing else of a file: there may be private keys beside it."""
    from ssl import DER_cert_to_PEM_cert

    from sealwright.sealing import pem

    found = next((block for block in pem.blocks(data) if block.kind == "CERTIFICATE" and not block.has_headers), None)
    text = found.text if found else DER_cert_to_PEM_cert(data).encode("ascii")
    return text.replace(b"\r\n", b"\n")


def _lines(wish: Wish, known: Cluster | None, certificate_path: str, certificate: SealingCertificate) -> list[Line]:
    lines = [Line("paths", words(wish.paths))] if wish.paths else []
    lines += [Line("certificate", word(certificate_path)), Line("fingerprint", f'"{certificate.fingerprint}"')]
    if wish.rotated and known is not None and known.fingerprint not in ("", certificate.fingerprint):
        earlier = dict.fromkeys((known.fingerprint, *known.previous))
        lines.append(Line("previous-fingerprints", words(tuple(earlier))))
    if wish.controller is not None:
        lines.append(Line("controller", _controller(wish.controller)))
    return lines


def _controller(where: Controller) -> str:
    if where.url:
        return word(where.url)
    pairs = where._asdict().items()
    return f"{{{', '.join(f'{key}: {word(_at_home(text))}' for key, text in pairs if text and key != 'folder')}}}"


def _at_home(path: str) -> str:
    """A path below the home as `~/...`: it is the same for everybody who has one."""
    home = os.path.join(os.path.expanduser("~"), "")
    return "~/" + path.removeprefix(home).replace(os.sep, "/") if path.startswith(home) else path
