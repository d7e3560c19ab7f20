"""`sealwright policy test`: the rules of packs on their own examples."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.cli.policies.pages import repository_root
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import PackFile


def test(packs: Sequence[str]) -> ExitCode:
    """Exit code 1 where a rule gives another verdict than its examples say, or where they prove nothing."""
    from sealwright.policy.packs.load import load_catalogue
    from sealwright.policy.packs.trying import try_rule

    root = repository_root()
    catalogue = load_catalogue(packs, root)
    tried = failed = 0
    for file, wanted in _files(packs, root, catalogue):
        for rule in file.rules:
            if rule.id not in wanted:
                continue
            tests = file.tests[rule.id]
            tried += 1
            failures = list(try_rule(rule, tests, catalogue))
            failed += bool(failures)
            place = file.places.get(f"{rule.id}.tests") or file.places[rule.id]
            for failure in failures:
                which = f" {failure.fixture}" if failure.fixture else ""
                sys.stdout.write(f"{file.path}:{place.line}  {rule.id}{which}: {failure.message}\n")
    rules = "1 rule" if tried == 1 else f"{tried} rules"
    sys.stdout.write(f"{rules} tried, {failed} with examples that do not hold.\n" if failed else f"{rules} tried.\n")
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


def _files(packs: Sequence[str], root: str, catalogue: Catalogue) -> list[tuple[PackFile, set[str]]]:
    """The files that hold rules, and which of them are meant: those of the named packs, or all shipped ones."""
    from sealwright.policy.packs.compiling import shipped_files
    from sealwright.policy.packs.load import is_path, read_file

    own = [(file, {rule.id for rule in file.rules}) for file in (read_file(p, root) for p in packs if is_path(p))]
    names = [name for name in packs if not is_path(name)]
    for name in names:
        if name not in catalogue.packs:
            raise UsageError("there is no such pack", hint=f"there are: {', '.join(sorted(catalogue.packs))}")
    if packs and not names:
        return own
    wanted = set(catalogue.raw) if not packs else {rule for name in names for rule in catalogue.packs[name].rules}
    return [*own, *((file, wanted) for file in shipped_files())]
