"""`sealwright policy export`: rules as objects that the API server enforces."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from sealwright.cli.policies.pages import repository_root
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from sealwright.cli.options import Parser
    from sealwright.policy.export.policies import Exported, Target
    from sealwright.policy.export.selecting import Export
    from sealwright.policy.packs.catalogue import Catalogue

TARGETS = ("validating-admission-policy",)
BINDINGS = ("audit", "warn", "deny")
_MARK = "# Written by `sealwright policy export`"


def add_options(parser: Parser) -> None:
    """What is exported, for which cluster, and where it goes."""
    parser.add_argument("--to", choices=TARGETS, default=None, help=f"what to make of rules ({TARGETS[0]})")
    pack = "rules of this pack: a shipped one, or a path in the repository (repeatable; default: as for the gate)"
    parser.add_argument("--pack", action="append", default=None, metavar="NAME", help=pack)
    rule = "only this rule, also where it is off by itself (repeatable)"
    parser.add_argument("--rule", action="append", default=None, metavar="ID", help=rule)
    binding = "what becomes of a request that breaks a rule: a line in the audit log, and a warning or a refusal"
    parser.add_argument("--binding", choices=BINDINGS, default=None, help=f"{binding} (default: audit)")
    version = "the oldest version that is to understand them (default: 1.30)"
    parser.add_argument("--kubernetes", default=None, metavar="VERSION", help=version)
    namespace = "where the ConfigMaps with parameters lie: whoever may change it may change rules (kube-system)"
    parser.add_argument("--namespace", default=None, metavar="NAME", help=namespace)
    spared = "leave this namespace alone (repeatable)"
    parser.add_argument("--except-namespace", action="append", default=None, metavar="NAME", help=spared)
    plural = "what the API server calls a kind of your own (repeatable)"
    parser.add_argument("--resource", action="append", default=None, metavar="GROUP/KIND=PLURAL", help=plural)
    folder = "a file for each rule there, instead of everything on standard output"
    parser.add_argument("--output-directory", default=None, metavar="DIRECTORY", help=folder)
    parser.add_argument("--format", choices=("text", "json"), default=None, help="what goes to stdout (text: YAML)")
    parser.add_argument("--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the root")


def export(options: argparse.Namespace) -> ExitCode:
    """Write what can be exported, and say on stderr what cannot, and why."""
    if options.to is None:
        raise UsageError("--to is needed", hint=f"--to {TARGETS[0]}")
    from sealwright.policy.export.selecting import export as select

    target = _target(options)
    packs, params = _asked(options)
    catalogue = _catalogue(packs)
    names, params = _values(packs, params)
    found = select(catalogue, names, _rules(options.rule or (), catalogue), params, target)
    texts = {f"{each.name}.yaml": _text(each) for each in found.exported}
    if options.output_directory is not None:
        _write(options.output_directory, texts)
    if (options.format or "text") == "json":
        sys.stdout.write(_json(found, target))
    elif options.output_directory is None:
        sys.stdout.write("".join(f"---\n{text}" for text in texts.values()))
    sys.stderr.write(_account(found))
    return ExitCode.CLEAN


def _asked(options: argparse.Namespace) -> tuple[Sequence[str], Mapping[str, Any]]:
    """The packs and the parameters that the command line or the configuration names."""
    from sealwright.cli.asking import DEFAULT_PACKS
    from sealwright.cli.context import configuration
    from sealwright.manifest.git import find_repository

    policy = configuration(options.config, find_repository()).policy
    configured = DEFAULT_PACKS if policy.packs is None else [pack.name for pack in policy.packs]
    return options.pack or configured, {name.name: value for name, value in policy.params}


def _catalogue(packs: Sequence[str]) -> Catalogue:
    from sealwright.policy.packs.load import load_catalogue

    return load_catalogue(packs, repository_root())


def _values(packs: Sequence[str], params: Mapping[str, Any]) -> tuple[Sequence[str], Mapping[str, Any]]:
    """The packs by their own names, and every parameter's value, as the gate would have them."""
    from sealwright.policy.packs.load import is_path, load_packs, read_file

    root = repository_root()
    rules = load_packs(packs, root=root, params=params)
    names = [read_file(name, root).name if is_path(name) else name for name in packs]
    return names, rules.params


def _rules(named: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Ids of the rules that are named by id or slug."""
    from difflib import get_close_matches

    slugs = {catalogue.rule(name).slug: name for name in catalogue.ids()} if named else {}
    found = []
    for name in named:
        rule = slugs.get(name, name.upper())
        if rule not in catalogue.ids():
            close = get_close_matches(rule[:80], sorted(catalogue.ids()), n=1)
            hint = f"did you mean `{close[0]}`?" if close else "`sealwright policy list` names them all"
            raise UsageError(f"there is no rule `{name[:40]}`", hint=hint)
        found.append(rule)
    return found


def _target(options: argparse.Namespace) -> Target:
    from sealwright.policy.export.policies import Target

    namespaces = options.except_namespace or ()
    for option, name in (("--namespace", options.namespace), *(("--except-namespace", each) for each in namespaces)):
        if name is not None and not _is_label(name):
            raise UsageError(f"{option} is no name of a namespace", hint="small letters, digits and hyphens")
    return Target(
        _version(options.kubernetes or ""),
        options.binding or "audit",
        options.namespace or "kube-system",
        tuple(namespaces),
        dict(map(_plural, options.resource or ())),
    )


def _version(text: str) -> int:
    from sealwright.policy.export.admission_types import FLOOR

    if not text:
        return FLOOR
    major, _, minor = text.removeprefix("v").partition(".")
    if major != "1" or not (minor.isascii() and minor.isdigit() and len(minor) == 2):
        raise UsageError("--kubernetes is no version", hint=f"for example 1.{FLOOR}")
    if int(minor) < FLOOR:
        raise UsageError(f"ValidatingAdmissionPolicy is stable since Kubernetes 1.{FLOOR}", hint=f"1.{FLOOR}, or newer")
    return int(minor)


def _plural(text: str) -> tuple[str, str]:
    kind, _, plural = text.partition("=")
    if kind.count("/") != 1 or not kind.rpartition("/")[2].isalnum() or not _is_label(plural):
        raise UsageError("--resource names no kind and its plural", hint="--resource example.com/Widget=widgets")
    return kind, plural


def _is_label(name: str) -> bool:
    from sealwright.patterns import Pattern

    return len(name) <= 63 and Pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z").match(name) is not None


def _text(exported: Exported) -> str:
    from sealwright.convert.yaml_text import yaml_text

    head = f"{_MARK}: {exported.rule}, for Kubernetes 1.{exported.minimum} and newer.\n"
    return head + "---\n".join(map(yaml_text, exported.documents))


def _write(folder: str, texts: Mapping[str, str]) -> None:
    """Every file, or none; a file that is not ours is never replaced."""
    from sealwright.rewrite.folders import make_folder
    from sealwright.rewrite.transaction import FileChange, commit

    changes = []
    for name, text in texts.items():
        path = os.path.join(folder, name)
        changes.append(FileChange(path, _ours(path), text.encode()))
    make_folder(folder)
    commit(changes)


def _ours(path: str) -> bytes | None:
    """What an earlier export wrote, None where there is nothing. Raises UsageError for a file of somebody else."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot be read: {reason}", place=path, hint="check --output-directory") from None
    if not content.startswith(_MARK.encode()):
        raise UsageError("an export would replace this file", place=path, hint="move it, or choose another folder")
    return content


def _json(found: Export, target: Target) -> str:
    import json

    content = {
        "version": 1,
        "kubernetes": f"1.{target.version}",
        "binding": target.binding,
        "exported": [
            {
                "rule": each.rule,
                "name": each.name,
                "minimumKubernetes": f"1.{each.minimum}",
                "documents": list(each.documents),
            }
            for each in found.exported
        ],
        "notExported": [{"rule": each.rule, "reason": each.reason} for each in found.left_out],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n"


def _account(found: Export) -> str:
    """How many rules, and those that are left out with the reason; oldest version that understands all of them."""
    count = len(found.exported)
    minimum = max((each.minimum for each in found.exported), default=0)
    rules = "1 rule" if count == 1 else f"{count} rules"
    lines = [f"{rules} exported{f', for Kubernetes 1.{minimum} and newer' if count else ''}."]
    if found.left_out:
        lines.append(f"{len(found.left_out)} not exported:")
        lines += [f"  {each.rule}  {each.reason}" for each in found.left_out]
    return "".join(f"{line}\n" for line in lines)
