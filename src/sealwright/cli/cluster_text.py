"""What `sealwright cluster` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.config import Cluster, Config
    from sealwright.run.clusters.health import Health
    from sealwright.run.clusters.pin import Pin, Wish
    from sealwright.sealing.certificate import SealingCertificate


def pinned(wish: Wish, pin: Pin, written: Sequence[str]) -> str:
    """What was pinned, for comparing with what the people who run the cluster say."""
    rows = [("from", pin.origin), ("key", pin.certificate.fingerprint), ("", _facts(pin.certificate))]
    rows += [("before", pin.previous)] if pin.previous else []
    rows += [("wrote", path) for path in written]
    lines = [f"cluster {wish.name}", *(f"  {label:<7} {printable(text)}" for label, text in rows)]
    lines += [] if written else ["Nothing to write: it is pinned like this already."]
    if written and not wish.fingerprint:
        lines.append("Compare the key with whoever runs the cluster before you commit: everything is sealed for it.")
    if pin.previous:
        lines.append("Items under the key before keep opening for as long as the controller has it: sealwright reseal")
    return "".join(f"{line}\n" for line in lines)


def _facts(certificate: SealingCertificate) -> str:
    dates = f"from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
    return f"RSA, {certificate.bits} bits, {dates}"


def checked(found: Sequence[Health]) -> str:
    """One block for each cluster, and nothing but its line where all is well."""
    width = max(len(each.cluster.name) for each in found)
    lines = []
    for each in found:
        about = f"key {each.certificate.short}, {_facts(each.certificate)}" if each.certificate else ""
        lines.append(f"{printable(each.cluster.name):<{width}}  {each.status:<7}  {about}".rstrip())
        for remark in each.remarks:
            lines.append(f"  {remark.level:<7}  {printable(remark.message)}")
            lines += [f"  {'':<7}  {printable(remark.hint)}"] if remark.hint else []
    return "".join(f"{line}\n" for line in lines)


def checked_json(found: Sequence[Health]) -> str:
    """The same for machines."""
    import json

    clusters = [
        {
            "name": each.cluster.name,
            "status": each.status,
            "certificate": _as_data(each.certificate) if each.certificate else None,
            "remarks": [remark._asdict() for remark in each.remarks],
        }
        for each in found
    ]
    return json.dumps({"version": 1, "clusters": clusters}, indent=2) + "\n"


def _as_data(certificate: SealingCertificate) -> dict[str, object]:
    return {
        "fingerprint": certificate.fingerprint,
        "bits": certificate.bits,
        "notBefore": certificate.not_before.isoformat(),
        "notAfter": certificate.not_after.isoformat(),
    }


def listed(config: Config) -> str:
    """A line for each cluster."""
    if not config.clusters:
        return "No clusters are configured: sealwright cluster add NAME --controller URL\n"
    width = max(len(cluster.name) for cluster in config.clusters)
    return "".join(f"{printable(f'{cluster.name:<{width}}  {_about(cluster)}')}\n" for cluster in config.clusters)


def _about(cluster: Cluster) -> str:
    key = f"key {cluster.fingerprint.removeprefix('sha256:')[:8]}" if cluster.fingerprint else "not pinned"
    where = cluster.controller
    controller = (where.url or f"context {where.context or '(current)'}") if where else "no controller"
    paths = ", ".join(cluster.paths) or "no paths"
    return f"{key}  {controller}  {paths}"
