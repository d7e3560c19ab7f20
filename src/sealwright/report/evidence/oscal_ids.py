"""Names in OSCAL: identifiers that two runs over the same tree have in common, and what frameworks call controls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from sealwright import HOME
from sealwright.patterns import Pattern
from sealwright.report.evidence.subject import directory_hash
from sealwright.report.wording import printable

if TYPE_CHECKING:
    from sealwright.report.record import Record

NAMESPACE = f"{HOME}/ns/oscal"
"""Of properties that OSCAL does not know."""
_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)
_NO_TOKEN = Pattern(r"[^A-Za-z0-9._-]")
_ENHANCEMENT = Pattern(r"([a-z]{2}-[0-9]+)\(([0-9]+)\)\Z")
NIST = "nist-800-53r5"


class Framework(NamedTuple):
    """`prefix` makes an identifier of a number; `catalog` is where the framework's own identifiers come from."""

    title: str
    prefix: str = ""
    catalog: str = ""


_FRAMEWORKS = {
    "pci-dss-4.0.1": Framework("PCI DSS 4.0.1", "pci-"),
    NIST: Framework(
        "NIST SP 800-53 revision 5",
        "",
        "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/"
        "NIST_SP-800-53_rev5_catalog.json",
    ),
    "csf-2.0": Framework("NIST Cybersecurity Framework 2.0"),
    "cis-kubernetes": Framework("CIS Kubernetes Benchmark", "cis-kubernetes-"),
    "cis-eks": Framework("CIS Amazon EKS Benchmark", "cis-eks-"),
    "cis-aws": Framework("CIS AWS Foundations Benchmark", "cis-aws-"),
}


def framework(name: str) -> Framework:
    """What is known of a framework; of one that a pack of somebody's own names, its name."""
    return _FRAMEWORKS.get(name) or Framework(name, f"{name}-")


def control_id(name: str, control: str) -> str:
    """`IA-5(7)` of NIST is `ia-5.7`, as in its catalogue; `8.6.2` of PCI is `pci-8.6.2`: tokens begin with a letter."""
    if name == NIST:
        found = _ENHANCEMENT.match(control.lower())
        return ".".join(found.groups()) if found is not None else _token(control.lower())
    return _token(f"{framework(name).prefix}{control}")


def objective(name: str, control: str) -> dict[str, str]:
    """What is satisfied or not: the objective in NIST's catalogue, or the statement that others make of the control."""
    if name == NIST:
        return {"type": "objective-id", "target-id": f"{control_id(name, control)}_obj"}
    return {"type": "statement-id", "target-id": f"{control_id(name, control)}_smt"}


class Identifiers:
    """Made of what the run was and of what each is for, never of the time."""

    def __init__(self, record: Record) -> None:
        what = record.commit if record.is_of_commit else directory_hash(record.files)
        packs = [pack.digest for pack in record.packs]
        settings = [*record.configuration.values(), *record.params.values()]
        parts = (
            record.command,
            record.repository,
            what,
            record.base,
            record.threshold,
            record.confidence,
            *packs,
            *settings,
        )
        self._run = uuid5(_ROOT, "\0".join(map(printable, parts)))

    def of_run(self, *parts: str) -> str:
        """Of something that only this run has."""
        return _uuid(self._run, parts)

    @staticmethod
    def of_all(*parts: str) -> str:
        """Of something that every run calls by the same name."""
        return _uuid(_ROOT, parts)


def markup(text: str) -> str:
    """One line of Markdown in which nothing is markup for HTML."""
    return printable(text).replace("<", "\\<").strip() or "-"


def prop(name: str, value: object) -> dict[str, str]:
    """A property that OSCAL does not know."""
    return {"name": name, "ns": NAMESPACE, "value": printable(str(value)).strip() or "-"}


def reference(path: str, line: int) -> str:
    """A reference to a line of a file, relative to the repository's root."""
    return f"{quote(os.fsencode(path), safe='/')}#L{max(line, 1)}"


def _uuid(space: UUID, parts: tuple[str, ...]) -> str:
    return str(uuid5(space, "\0".join(map(printable, parts))))


def _token(text: str) -> str:
    token = _NO_TOKEN.sub("_", text)
    return token if token[:1].isalpha() else f"_{token}"
