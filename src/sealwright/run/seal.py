"""The seal: which Secrets, with which certificate, and the changes to write. The caller prints or commits them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.seal import SealOptions, seal_source
from sealwright.detect.budget import Budget, TooMuch
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.placeholder import is_reference
from sealwright.detect.prefilter import is_wide
from sealwright.detect.secret_values import DATA, STRING_DATA, exposed_values
from sealwright.detect.sops import sops_metadata
from sealwright.errors import CertificateError, SealingError, SealwrightError, UnreadableError, UsageError
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target
from sealwright.manifest.nodes import Mapping, Scalar, entries, resolve
from sealwright.manifest.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.config import Config
    from sealwright.finding import ResourceRef
    from sealwright.manifest.discover import Target
    from sealwright.manifest.resource import Resource
    from sealwright.sealing.certificate import SealingCertificate

_SEALABLE_WORDS = (b"Secret", b"\\")
_MAX_CERTIFICATE = 1024 * 1024


class SealedFile(NamedTuple):
    """One file's bytes before and after; equal where there was nothing to seal."""

    target: Target
    before: bytes
    after: bytes
    sealed: tuple[ResourceRef, ...]

    def __repr__(self) -> str:
        return f"SealedFile({self.target.path!r})"  # the bytes may hold secrets


class Choice(NamedTuple):
    """Which Secrets are meant. `exposed_only`: leave those alone that a scan would not report (for whole folders)."""

    exposed_only: bool = False
    allow_references: bool = False
    allow_empty: bool = False


def find_certificate(wanted: str, config: Config, *, fingerprint: str = "", network: bool = True) -> SealingCertificate:
    """Load and check a certificate: a file, an https URL, or the name of a configured cluster with its pin.

    Raises CertificateError, NetworkError or UsageError; never returns one that must not be used.
    """
    from sealwright.sealing.certificate import load_certificate

    cluster = config.cluster(wanted)
    if cluster is not None:
        if not cluster.certificate:
            raise UsageError(
                f"cluster {wanted} has no certificate", place=config.path, hint="set clusters.*.certificate"
            )
        if not cluster.fingerprint:
            hint = "pin it: clusters.*.fingerprint in the configuration, so that nobody can put another in its place"
            raise CertificateError(f"cluster {wanted} has no pinned fingerprint", place=config.path, hint=hint)
        wanted, fingerprint = cluster.certificate, fingerprint or cluster.fingerprint
    if "://" in wanted:
        if not network:
            hint = "fetch it once, commit it, and name the file: hooks run without a network"
            raise UsageError("a hook does not fetch certificates", hint=hint)
        from sealwright.sealing.fetch import fetch_certificate

        data = fetch_certificate(wanted, pinned=bool(fingerprint))
        return load_certificate(data, source="the fetched certificate", fingerprint=fingerprint)
    return load_certificate(_read(wanted, config), source=wanted, fingerprint=fingerprint)


def _read(path: str, config: Config) -> bytes:
    if not os.path.exists(path):
        names = ", ".join(cluster.name for cluster in config.clusters)
        hint = f"give a file, an https URL or one of the configured clusters: {names}" if names else "check the path"
        raise CertificateError("no such certificate file", place=path, hint=hint)
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_CERTIFICATE)
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}", place=path) from None


def seal_files(
    targets: Iterable[Target], certificate: SealingCertificate, options: SealOptions, choice: Choice
) -> Iterator[SealedFile | SealwrightError]:
    """Each target with its Secrets sealed, or the error that stands in the way. Nothing is written."""
    for target in targets:
        yield _seal_or_error(target, certificate, options, choice)


def _seal_or_error(
    target: Target, certificate: SealingCertificate, options: SealOptions, choice: Choice
) -> SealedFile | SealwrightError:
    try:
        return _seal_file(target, certificate, options, choice)
    except SealwrightError as error:
        return error


def _seal_file(target: Target, certificate: SealingCertificate, options: SealOptions, choice: Choice) -> SealedFile:
    data = read_target(target, DEFAULT_MAX_BYTES)
    if len(data) > DEFAULT_MAX_BYTES:
        raise UnreadableError("larger than 10 MiB", place=target.path, hint="split it")
    if not any(word in data for word in _SEALABLE_WORDS) and not is_wide(data):
        return SealedFile(target, data, data, ())
    source = decode(target.path, data)
    if source.flaw:
        if "Secret" not in source.text:
            return SealedFile(target, data, data, ())
        raise UnreadableError(source.flaw, place=target.path, hint="convert it to UTF-8")
    result = seal_source(source, certificate, options, lambda resource: is_chosen(resource, choice))
    after = source.encode(result.text) if result.sealed else data
    return SealedFile(target, data, after, result.sealed)


def is_chosen(resource: Resource, choice: Choice) -> bool:
    """Whether a Secret is to be sealed. Raises SealingError where a part of it must not be."""
    document = resource.document
    if sops_metadata(document) is not None:
        return False
    if choice.exposed_only or not document.exact:
        if not _has_exposed(resource):
            return False
    elif not any(True for _ in _scalars(resource.node)) and not _has_exposed(resource):
        if not choice.allow_empty:
            hint = "add --allow-empty-data to seal it as it is"
            raise _refused(resource, "it has no values, which is most often a mistake", hint)
        return True
    reference = next((key for key, scalar, field in _scalars(resource.node) if _is_reference(scalar, field)), None)
    if reference is None:
        return True
    exposed = _has_exposed(resource)
    if choice.allow_references:
        return exposed or not choice.exposed_only
    if exposed:
        what = f"`{reference}` is filled in by something else; sealed, it would stay as it is written"
        hint = "move it to a Secret of its own, or add --allow-references to seal the words themselves"
        raise _refused(resource, what, hint)
    return False


def _has_exposed(resource: Resource) -> bool:
    """Whether a scan would report any of its values."""
    budget = Budget(len(resource.document.source.text))
    try:
        return any(True for field in (DATA, STRING_DATA) for _ in exposed_values(resource.node, field, budget))
    except TooMuch:
        raise _refused(resource, "its aliases stand for too much", "write the values out") from None


def _refused(resource: Resource, message: str, hint: str) -> SealingError:
    source = resource.document.source
    line, column = source.position(resource.node.start)
    return SealingError(f"{resource.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")


def _scalars(secret: Mapping) -> Iterator[tuple[str, Scalar, str]]:
    for field, _, value in entries(secret):
        holder = resolve(value)
        if field in {DATA, STRING_DATA} and isinstance(holder, Mapping):
            for key, _, node in entries(holder):
                target = resolve(node)
                if isinstance(target, Scalar):
                    yield key, target, field


def _is_reference(scalar: Scalar, field: str) -> bool:
    if is_reference(scalar.value):
        return True
    decoded = from_base64(scalar.value) if field == DATA else None
    text = to_text(decoded) if decoded else None
    return bool(text) and is_reference(text or "")
