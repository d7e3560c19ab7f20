"""Every certificate that stands in the files of a repository, as PEM or in base64 of PEM, and those of its clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.decode import from_base64
from sealwright.finding import Span
from sealwright.inventory.model import Certificate, Key
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.config import Config
    from sealwright.finding import ResourceRef
    from sealwright.inventory.model import Secret
    from sealwright.manifest.places import Places
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source

_WORDS = (b"BEGIN CERTIFICATE", b"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS")
"""PEM, and PEM in base64; other bytes before it give other letters, but then it is not a certificate alone."""
_MOST = 500
"""Certificates of one file that are told of: bundles of authorities have some hundreds."""
_PEM = Pattern(r"-----BEGIN CERTIFICATE-----((?:[A-Za-z0-9+/=\s|]|\\[nr]){1,20000}?)-----END CERTIFICATE-----")
_BASE64 = Pattern(r"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS[A-Za-z0-9+/]{20,200000}={0,2}")
_AUTHORITY = Pattern(r"(?i)(?:^|[^a-z])(?:ca|cacert|root|bundle|authority|truststore)(?:[^a-z]|$)|caBundle")
_LINE = 120


class Certificates:
    """Shown file after file; asked in the end. The libraries are loaded where there is a certificate."""

    def __init__(self) -> None:
        self._found: list[Certificate] = []

    def look(self, path: str, data: bytes) -> None:
        """Take the certificates of a file."""
        if not any(word in data for word in _WORDS):
            return
        from sealwright.sealing.public_certificate import read_certificate

        source = decode(path, data)
        if family_of(path, source.text) is not Family.MANIFEST:
            return  # code and documentation show examples
        for span, pem in list(_blocks(source))[:_MOST]:
            read = read_certificate(pem)
            if read is not None:
                around = source.text[max(source.line_start(span.start) - _LINE, 0) : span.start]
                is_authority = read.is_authority or _AUTHORITY.search(f"{around.rpartition(':')[0][-40:]} {path}")
                self._found.append(
                    Certificate(
                        "ca" if is_authority else "tls",
                        read.subject,
                        read.fingerprint,
                        read.expires,
                        source.first_line(span),
                        algorithm=read.algorithm,
                        bits=read.bits,
                        key=read.key,
                        begins=read.begins,
                    )
                )

    def all(self, config: Config, places: Places, secrets: Iterable[Secret]) -> tuple[Certificate, ...]:
        """Every certificate once for each file that shows it; those of clusters are for sealing."""
        sealing = {cluster.fingerprint for cluster in config.clusters if cluster.fingerprint}
        sealing |= {key for secret in secrets for key in secret.keys}
        files = {_shown(cluster.certificate, places) for cluster in config.clusters}
        found: dict[tuple[str, str, int], Certificate] = {}
        for one in self._found:
            is_sealing = one.key in sealing or one.location.path in files
            kept = one._replace(purpose="sealing") if is_sealing else one
            found.setdefault((one.fingerprint, one.location.path, one.location.start.line), kept)
        return tuple(sorted(found.values(), key=lambda one: (one.location.path, one.location.start, one.fingerprint)))


def sealing_keys(
    config: Config, places: Places, certificates: Sequence[Certificate], secrets: Iterable[Secret]
) -> Iterator[Key]:
    """The public keys that items are sealed with: those of clusters, and those that stamps name."""
    known = {one.key: one for one in certificates if one.purpose == "sealing"}
    by_path = {one.location.path: one for one in certificates if one.purpose == "sealing"}
    for cluster in config.clusters:
        path = _shown(cluster.certificate, places)
        read = known.get(cluster.fingerprint) or by_path.get(path)
        names = [cluster.fingerprint or (read.key if read is not None else ""), *cluster.previous]
        for name in filter(None, names):
            current = read if read is not None and read.key == name else None
            algorithm, ends = (f"RSA-{current.bits}", current.expires) if current is not None else ("RSA", "")
            where = current.location.path if current is not None else ""
            yield Key(name, "sealing", f"sealing key of {cluster.name}", algorithm, cluster.name, where, ends)
    for secret in secrets:
        for name in secret.keys if secret.scope else ():
            yield Key(name, "sealing", "sealing key", "RSA")


def _shown(path: str, places: Places) -> str:
    """The path of a cluster's certificate from the root; '' for an address."""
    return "" if not path or "://" in path else places.shown(path)


def _blocks(source: Source) -> Iterator[tuple[Span, bytes]]:
    """(where, PEM) of each certificate."""
    for match in _PEM.finditer(source.text):
        yield Span(*match.span()), _pem(match[1])
    for match in _BASE64.finditer(source.text):
        inner = from_base64(match[0])
        text = inner.decode("ascii", "replace") if inner else ""
        for one in _PEM.finditer(text):
            yield Span(*match.span()), _pem(one[1])


def _pem(body: str) -> bytes:
    """As PEM is read, whatever indentation or escapes a manifest has put between its lines."""
    letters = "".join(body.replace("\\n", " ").replace("\\r", " ").replace("|", " ").split())
    lines = "\n".join(letters[at : at + 64] for at in range(0, len(letters), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode("ascii", "replace")


def with_resources(certificates: Iterable[Certificate], resources: Iterable[Resource]) -> tuple[Certificate, ...]:
    """The certificates with the objects that they stand in."""
    by_path: dict[str, list[tuple[int, int, ResourceRef]]] = {}
    for resource in resources:
        source, node = resource.document.source, resource.node
        lines = source.position(node.start).line, source.position(node.end).line
        by_path.setdefault(source.path, []).append((*lines, resource.ref))
    found = []
    for one in certificates:
        line = one.location.start.line
        inside = [ref for first, last, ref in by_path.get(one.location.path, ()) if first <= line <= last]
        found.append(one._replace(resource=inside[-1]) if inside else one)
    return tuple(found)
