"""How the report calls what the inventory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Confidence, Severity, Status
from sealwright.inventory.model import Held
from sealwright.report.html.markup import Html, code, joined, path, tag
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.finding import Finding, Location, ResourceRef

HELD = {
    Held.PLAINTEXT: "In clear",
    Held.REFERENCE: "Reference",
    Held.SOPS: "SOPS",
    Held.SEALED: "Sealed",
    Held.EXTERNAL: "External",
    Held.CSI: "CSI",
}
HELD_AT_LENGTH = {
    Held.PLAINTEXT: "whoever can read the repository can read it",
    Held.REFERENCE: "a placeholder that something fills in when it deploys",
    Held.SOPS: "encrypted in the file; whoever has the key decrypts it",
    Held.SEALED: "a SealedSecret; the controller of one cluster opens it",
    Held.EXTERNAL: "an ExternalSecret; the value lives in a store",
    Held.CSI: "a SecretProviderClass; the value lives in a store and is mounted",
}


def swatch(held: Held) -> Html:
    """The sign of a way in charts; what it stands for is written beside it."""
    sign = tag("rect", width="100%", height="100%", class_=f"h-{held.value}")
    return tag("svg", sign, class_="swatch", aria_hidden="true")


def present(counts: Iterable[Mapping[Held, int]]) -> list[Held]:
    """The ways that occur, the worst first; what is in clear is there in any case."""
    seen = {held for each in counts for held, number in each.items() if number}
    return [held for held in Held if held in seen or held is Held.PLAINTEXT]


def named(ref: ResourceRef) -> Html:
    """`Secret shop/db`."""
    return code(str(ref)) if ref.kind or ref.name else Html()


def place(location: Location) -> Html:
    """`apps/db.yaml:9`."""
    return path(f"{location.path}:{location.start.line}")


def counted(findings: Iterable[Finding]) -> str:
    """`2 critical, 3 high, 1 known`: what is new by severity, then what is accepted."""
    every = list(findings)
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(finding.status is Status.NEW and finding.severity is severity for finding in every)
        parts += [f"{number:,} {severity.label}"] if number else []
    for status in (Status.WAIVED, Status.KNOWN):
        number = sum(finding.status is status for finding in every)
        parts += [f"{number:,} {status.value}"] if number else []
    return ", ".join(parts)


def stands(finding: Finding) -> bool:
    """Whether it has to be dealt with: new, sure, and more than a remark."""
    sure = finding.confidence is not Confidence.POSSIBLE
    return finding.status is Status.NEW and finding.severity > Severity.INFO and sure


def capital(sentence: str) -> str:
    """With a capital letter, as a sentence begins, unless a name in backquotes does."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def listed(names: Iterable[str]) -> Html:
    """Names with commas."""
    return joined(map(code, names), ", ")


def left_out(shown: int, total: int, noun: str, rest: str) -> Html:
    """What is said where not all are shown; nothing where they are."""
    if shown >= total:
        return Html()
    words = f"{plural(total - shown, noun)} more not shown here: this page shows {shown:,}. {rest}"
    return tag("p", words, class_="left-out")
