"""SLS008: a sealing certificate in the tree that has expired, is older than the controller's current one, or is weak.

Which files are sealing certificates is told by their names: others are for other ends.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sealwright.patterns import Pattern
from sealwright.policy.relations.reading import text_subject
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.world import World

PARAM, DEFAULT = "certificateMaxAgeDays", 30
_NAME = Pattern(r"(?:seal|kubeseal|pub-cert)[^/]*\.(?:pem|crt|cert|cer)\Z")
_FOLDER = Pattern(r"(?:\A|/)[^/]*seal(?:ed|ing)[^/]*/(?:[^/]*cert[^/]*|public|tls)\.(?:pem|crt|cer)\Z")
_BEGINS = "-----BEGIN CERTIFICATE-----"
_ALWAYS_VALID = datetime(1970, 1, 2, tzinfo=timezone.utc)


def check(world: World) -> Iterator[Blame]:
    """Every such certificate, at the beginning of its file."""
    for path in world.files:
        lower = path.lower()
        if _NAME.search(lower) or _FOLDER.search(lower):
            said = _against(path, world)
            if said:
                yield Blame(text_subject(path, "SealingCertificate"), ((),), said)


def _against(path: str, world: World) -> str:
    content = world.read(path)
    if _BEGINS not in content or not world.today:
        return ""
    from sealwright.errors import CertificateError
    from sealwright.sealing.certificate import MINIMUM_BITS, load_certificate

    try:
        loaded = load_certificate(content.encode(), source=path, now=_ALWAYS_VALID)
    except CertificateError as error:
        return f"below {MINIMUM_BITS} bits" if "bits" in str(error) else "not a certificate to seal with"
    today = datetime.fromisoformat(world.today).replace(tzinfo=timezone.utc)
    if loaded.not_after < today:
        return f"expired on {loaded.not_after:%Y-%m-%d}"
    limit, age = world.params.get(PARAM, DEFAULT), (today - loaded.not_before).days
    if isinstance(limit, int) and 0 < limit < age:
        return f"made {age} days ago; the controller has a newer key after {limit}"
    return ""
