"""`sealwright policy list` and `show`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Tests


def repository_root() -> str:
    """Where paths of packs begin: the repository that holds the current folder, or else that folder."""
    from sealwright.manifest.git import find_repository

    repository = find_repository()
    return repository.root if repository else ""


def listing(kind: str | None, packs: Sequence[str]) -> ExitCode:
    """Every rule in a line: its name, and in one sentence what it finds."""
    lines: dict[str, str] = {}
    if kind != "policy" and not packs:
        from sealwright.report.rules import rule_pages

        lines.update((page.rule, page.title) for page in rule_pages().values())
    if kind != "detect":
        lines.update(_policy_lines(packs))
    elif packs:
        raise UsageError("packs hold rules of policy only", hint="leave out --kind detect")
    width = max(map(len, lines), default=0)
    sys.stdout.write("".join(f"{name:<{width}}  {text}\n" for name, text in lines.items()))
    return ExitCode.CLEAN


def _policy_lines(packs: Sequence[str]) -> dict[str, str]:
    from sealwright.policy.packs.load import load_catalogue, load_packs

    if not packs:
        catalogue = load_catalogue()
        rules = [catalogue.rule(name) for name in sorted(catalogue.ids())]
        return {rule.id: f"{rule.title}.{' (off)' if rule.noisy else ''}" for rule in rules}
    chosen = load_packs(packs, root=repository_root())
    return {rule.id: f"{rule.severity.label:<8}  {rule.title}." for rule in chosen.rules}


def show(name: str, packs: Sequence[str]) -> ExitCode:
    """The page of one rule, by its id or its slug."""
    from sealwright.report.rules import rule_pages

    pages = rule_pages()
    if name in pages:
        sys.stdout.write(f"{pages[name].text}\n")
        return ExitCode.CLEAN
    from sealwright.policy.packs.load import load_catalogue
    from sealwright.report.policies import rule_text

    catalogue = load_catalogue(packs, repository_root())
    rules = {rule.id: rule for rule in map(catalogue.rule, sorted(catalogue.ids()))}
    slugs = {rule.slug: rule.id for rule in rules.values()}
    wanted = slugs.get(name, name.upper())
    if wanted not in rules:
        raise UsageError("there is no such rule", hint=_nearest(name, [*pages, *rules, *slugs]))
    rule = rules[wanted]
    text = rule_text(rule, _tests(wanted, catalogue, packs), catalogue)
    sys.stdout.write(f"{rule.id} {rule.slug}\n\n{text}\n")
    return ExitCode.CLEAN


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name[:80], known, n=1) or get_close_matches(name[:80].upper(), known, n=1)
    return f"did you mean `{close[0]}`?" if close else "`sealwright policy list` names them all"


def _tests(rule: str, catalogue: Catalogue, packs: Sequence[str]) -> Tests | None:
    """The examples, which only the pack's own file has."""
    from sealwright.policy.packs.compiling import shipped_files
    from sealwright.policy.packs.load import is_path, read_file

    if rule in catalogue.own:
        files = [read_file(path, repository_root()) for path in packs if is_path(path)]
    else:
        files = shipped_files()
    return next((file.tests[rule] for file in files if rule in file.tests), None)
