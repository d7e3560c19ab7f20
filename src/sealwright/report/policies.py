"""Pages about the rules of policy, for `sealwright policy show` and docs/policies/: the packs are the only source."""

from __future__ import annotations

from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from sealwright.policy.packs.compiling import shipped_files
from sealwright.policy.packs.load import load_catalogue
from sealwright.policy.packs.model import OBJECT, WORLD
from sealwright.report.blocks import block
from sealwright.report.rules import heading, shipped_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Fixture, Pack, PackFile, Rule, Tests

_WIDTH = 110
_CODE = "    "
_FRAMEWORKS = {
    "pci-dss-4.0.1": "PCI DSS 4.0.1",
    "nist-800-53r5": "NIST SP 800-53r5",
    "csf-2.0": "NIST CSF 2.0",
    "cis-kubernetes": "CIS Kubernetes",
    "cis-eks": "CIS EKS",
    "cis-aws": "CIS AWS",
}
_HEAD = "<!-- Written by scripts/write_policy_pages.py from policies/; change those. -->"


def rule_text(rule: Rule, tests: Tests | None, catalogue: Catalogue) -> str:
    """The whole page of one rule in plain text that is Markdown as well."""
    return "\n\n".join(_parts(rule, tests, catalogue))


def controls_text(rule: Rule) -> str:
    """`PCI DSS 4.0.1: 7.2.1, 7.2.2; NIST SP 800-53r5: AC-3`, '' where a rule serves none."""
    return "; ".join(f"{_FRAMEWORKS.get(name, name)}: {', '.join(ids)}" for name, ids in rule.controls.items())


def waiver_text(rule: str, path: str = "apps/legacy/**") -> str:
    """What goes into the configuration to accept a rule's findings somewhere."""
    keys = f"rule: {rule}, path: {path}, owner: team-a, reason: why it is acceptable, expires: YYYY-MM-DD"
    return f"waivers:\n  - {{{keys}}}"


def pack_pages() -> dict[str, str]:
    """Every page of docs/policies/ by its file's name."""
    catalogue = load_catalogue()
    files = {file.name: file for file in shipped_files()}
    pages = {f"{name}.md": _pack_page(pack, files[name], catalogue) for name, pack in catalogue.packs.items()}
    return {"index.md": _index(catalogue, files), **pages}


def _parts(rule: Rule, tests: Tests | None, catalogue: Catalogue) -> Iterator[str]:
    yield f"{rule.title}."
    yield _filled(rule.why)
    yield "\n".join(_facts(rule, catalogue))
    yield from _params(rule, catalogue)
    if tests is not None and tests.failing and tests.passing:
        yield f"Bad:\n\n{_example(tests.failing[0])}"
        yield f"Good:\n\n{_example(tests.passing[0])}"
    yield from _condition(rule, catalogue)
    fixable = "" if rule.fix is None else " `sealwright gate --fix` does it."
    yield _filled(f"Fix: {rule.remediation}{fixable}")
    yield f"To accept it somewhere, in .sealwright.yaml:\n\n{indent(waiver_text(rule.id), _CODE)}"


def _facts(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    yield f"- severity {rule.severity.label}, {rule.confidence.value}"
    yield f"- about {', '.join(rule.kinds)}"
    if rule.noisy:
        yield f"- off unless an override names it: {rule.noisy}"
    if rule.controls:
        yield f"- controls: {controls_text(rule)}"
    packs = [name for name, pack in catalogue.packs.items() if rule.id in pack.rules]
    if packs:
        yield f"- packs: {', '.join(packs)}"
    if rule.export.admission:
        yield f"- can be exported as a ValidatingAdmissionPolicy (Kubernetes {rule.export.minimum} or newer)"
    elif rule.export.reason:
        yield f"- not for admission: {rule.export.reason}"


def _params(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    names = [name for name in rule.params if name in catalogue.params]
    if names:
        params = [catalogue.params[name] for name in names]
        lines = [f"- `{param.name}`: {param.description} Usually `{_json(param.value)}`." for param in params]
        yield "Parameters:\n\n" + "\n".join(lines)


def _condition(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    if rule.expression:
        shared = [f"variables.{name} = {catalogue.variables[name]}" for name in rule.variables]
        text = "\n".join(fill(part, _WIDTH, break_long_words=False) for part in (rule.expression, *shared))
        yield f"What is allowed (CEL):\n\n{indent(text, _CODE)}"
    elif rule.check in {OBJECT, WORLD}:
        several = "several objects" if rule.check == WORLD else "the object"
        yield f"The condition is a program that looks at {several}."
    else:
        yield f"What is allowed (JSON Schema):\n\n{indent(_json(rule.schema), _CODE)}"


def _example(fixture: Fixture) -> str:
    if fixture.files:
        texts = [f"# {path}\n{text.strip()}" for path, text in fixture.files.items()]
        return indent("\n\n".join(texts), _CODE)
    return indent(block(fixture.text), _CODE)


def _pack_page(pack: Pack, file: PackFile, catalogue: Catalogue) -> str:
    parts = [f"# {pack.title}", _HEAD, f"`--pack {pack.name}`, version {pack.version}. {pack.description}"]
    parts.append(_table(pack, catalogue))
    for rule in file.rules:
        parts += [f"## {heading(rule)}", rule_text(rule, file.tests.get(rule.id), catalogue)]
    return "\n\n".join(parts) + "\n"


def _table(pack: Pack, catalogue: Catalogue) -> str:
    rows = ["| rule | | severity | |", "|---|---|---|---|"]
    for name, severity in pack.rules.items():
        rule = catalogue.rule(name)
        link = f"[{rule.id}]({shipped_place(rule).rpartition('/')[2]})"
        rows.append(f"| {link} | {rule.title} | {severity.label} | {'off' if rule.noisy else ''} |")
    return "\n".join(rows)


def _index(catalogue: Catalogue, files: Iterable[str]) -> str:
    rows = ["| pack | | rules |", "|---|---|---|"]
    for name in sorted(files):
        pack = catalogue.packs[name]
        awake = sum(not catalogue.rule(rule).noisy for rule in pack.rules)
        rows.append(f"| [{name}]({name}.md) | {pack.description} | {awake} of {len(pack.rules)} |")
    said = "How many rules are on, of all that a pack has: the others are off unless an override names them."
    return "\n\n".join(["# Policy packs", _HEAD, "\n".join(rows), said]) + "\n"


def _filled(text: str) -> str:
    return fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
