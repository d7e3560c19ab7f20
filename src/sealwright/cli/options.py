"""The command line: commands, options, and their twins in the environment. Parsing only; `cli` acts.

Every option can be given as SEALWRIGHT_<OPTION>; the command line wins over the environment, the environment over
the configuration file. Lists in the environment are separated by commas.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, NoReturn

from sealwright.config import environment_value
from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

SEVERITIES = ("info", "low", "medium", "high", "critical")
CONFIDENCES = ("certain", "likely", "possible")
FORMATS = ("text", "json", "sarif", "github")
HISTORY_REFS = ("--all", "--branches", "--tags")
SCOPES = ("strict", "namespace-wide", "cluster-wide")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class _Formatter(argparse.HelpFormatter):
    """argparse makes one for every option; its own way to find the terminal's width would load archive libraries."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())


class _Parser(argparse.ArgumentParser):
    def _get_formatter(self) -> argparse.HelpFormatter:
        return _Formatter(self.prog)

    def error(self, message: str) -> NoReturn:
        # Values are not repeated: a secret pasted in the wrong place must not come back in a log.
        raise UsageError(_without_values(message), hint=f"see `{self.prog} --help`")


def _width() -> int:
    try:
        return min(os.get_terminal_size().columns, 120) - 2
    except (OSError, ValueError):
        return 78


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - argparse has no public name for it


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options, each with its value from the line or the environment. Raises UsageError; --help exits."""
    options = _parser(argv[0] if argv else "").parse_args(_joined(argv))
    for action in options.actions:
        _from_environment(options, action)
    return options


def _joined(argv: Sequence[str]) -> list[str]:
    """`--history --all` as one word: argparse would take the value for an option."""
    words = list(argv)
    end = words.index("--") if "--" in words else len(words)
    for at in range(end - 1):
        if words[at] == "--history" and words[at + 1] in HISTORY_REFS:
            return [*words[:at], "=".join(words[at : at + 2]), *words[at + 2 :]]
    return words


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser for one command; for all of them where none is named, since help and errors list them."""
    parser = _Parser(
        prog="sealwright",
        description="Keeps plaintext Kubernetes Secrets out of Git.",
        epilog="Exit codes: 0 clean or done, 1 findings, 2 usage, 3 could not finish, 130 interrupted.",
        allow_abbrev=False,
    )
    # `prog` is given because argparse would lay out a whole help page to find it out.
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=_Parser, prog=parser.prog
    )
    for name, build in _COMMANDS.items():
        if name == wanted or wanted not in _COMMANDS:
            build(commands)
    return parser


def _scan_parser(commands: _Commands) -> None:
    scan = commands.add_parser(
        "scan",
        help="find plaintext secrets in manifests",
        description="Find plaintext secrets. Without PATH: the whole repository as git sees it; `-` is standard input.",
        allow_abbrev=False,
    )
    scan.add_argument("paths", nargs="*", metavar="PATH")
    scan.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    history = "everything that these commits added or changed: main..HEAD, HEAD, --all"
    scan.add_argument("--history", default=None, metavar="RANGE", help=history)
    threshold = "fail at or above this severity (default: low)"
    scan.add_argument("--severity-threshold", choices=SEVERITIES, default=None, help=threshold)
    sureness = "fail when at least this sure (default: likely)"
    scan.add_argument("--confidence-threshold", choices=CONFIDENCES, default=None, help=sureness)
    scan.add_argument("--explain", action="store_true", default=None, help="why each is found, and what to do (text)")
    _baseline_options(scan)
    scan.add_argument(
        "--jobs",
        type=_count,
        default=None,
        metavar="N",
        help="processes (0: one for each core; default: that for large scans, else 1)",
    )
    _selection_options(scan)
    _report_options(scan)
    _remember(scan)


def _baseline_options(scan: _Parser) -> None:
    baseline = "do not fail for what is in it (default: .sealwright-baseline.json at the root, if it is there)"
    scan.add_argument("--baseline", default=None, metavar="FILE", help=baseline)
    scan.add_argument("--no-baseline", action="store_true", default=None, help="count everything, whatever is known")
    update = "write the baseline, so that what is there now is known"
    scan.add_argument("--update-baseline", action="store_true", default=None, help=update)
    imported = "with --update-baseline: take in what this baseline of detect-secrets lists, and no more"
    scan.add_argument("--import-baseline", default=None, metavar="FILE", help=imported)
    # Not SEALWRIGHT_BASELINE_KEY, which is the key itself.
    key = "compare values with the baseline's, under this key (or under SEALWRIGHT_BASELINE_KEY)"
    scan.add_argument(
        "--baseline-key", "--baseline-key-file", dest="baseline_key_file", default=None, metavar="FILE", help=key
    )


def _seal_parser(commands: _Commands) -> None:
    seal = commands.add_parser(
        "seal",
        help="turn Secrets into SealedSecrets, in place or on stdout",
        description="Seal every Secret of the files, or of standard input (`-`, the default). Other documents, "
        "comments and order stay. Without --in-place the result goes to stdout and nothing is changed.",
        allow_abbrev=False,
    )
    seal.add_argument("paths", nargs="*", metavar="FILE")
    certificate = "a file, an https URL, or a cluster of .sealwright.yaml"
    seal.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    seal.add_argument("--offline", action="store_true", default=None, help="never fetch a certificate")
    seal.add_argument("--fingerprint", default=None, help="refuse any other key than this (sha256:...)")
    seal.add_argument("--in-place", action="store_true", default=None, help="rewrite the files, all of them or none")
    seal.add_argument("--check", action="store_true", default=None, help="change nothing; exit 1 if anything would be")
    seal.add_argument("--scope", choices=SCOPES, default=None, help="default: the Secret's annotations, else strict")
    seal.add_argument("-n", "--namespace", default=None, help="for Secrets that name none")
    references = "seal values such as ${VAR} as they are written"
    seal.add_argument("--allow-references", action="store_true", default=None, help=references)
    seal.add_argument("--allow-empty-data", action="store_true", default=None, help="seal Secrets without any value")
    seal.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    seal.add_argument("--depth", type=_count, default=None, metavar="N", help="folder levels to go down (0: all)")
    seal.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    seal.add_argument("--color", choices=("auto", "always", "never"), default=None)
    seal.add_argument("--fixed-is-failure", action="store_true", default=None, help=argparse.SUPPRESS)
    _remember(seal)


def _verify_parser(commands: _Commands) -> None:
    verify = commands.add_parser(
        "verify",
        help="do SealedSecrets open with the cluster's key?",
        description="Try every item of every SealedSecret, and say exactly why one does not open.",
        allow_abbrev=False,
    )
    verify.add_argument("paths", nargs="*", metavar="PATH")
    keys = "a PEM file or a backup of the controller's key Secrets (repeatable)"
    verify.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)
    verify.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    _selection_options(verify)
    _report_options(verify)
    _remember(verify)


def _policy_parser(commands: _Commands) -> None:
    policy = commands.add_parser("policy", help="list the rules, or show one", allow_abbrev=False)
    verbs = policy.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    listing = verbs.add_parser("list", help="every rule in a line", allow_abbrev=False)
    listing.add_argument("--kind", choices=("detect",), default=None, help="only rules of this kind")
    show = verbs.add_parser("show", help="what a rule finds, what it leaves alone, how to fix it", allow_abbrev=False)
    show.add_argument("rule", metavar="ID")
    _remember(listing)
    _remember(show)


def _version_parser(commands: _Commands) -> None:
    version = commands.add_parser("version", help="print the version", allow_abbrev=False)
    version.set_defaults(actions=[])


_COMMANDS = {
    "scan": _scan_parser,
    "seal": _seal_parser,
    "verify": _verify_parser,
    "policy": _policy_parser,
    "version": _version_parser,
}


def _selection_options(parser: _Parser) -> None:
    parser.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    parser.add_argument("--depth", type=_count, default=None, metavar="N", help="folder levels to go down (0: all)")
    parser.add_argument("--max-bytes", type=_count, default=None, metavar="N", help="largest file to parse (10 MiB)")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )


def _report_options(parser: _Parser) -> None:
    parser.add_argument("--format", choices=FORMATS, default=None, help="what goes to stdout (default: text)")
    parser.add_argument(
        "--output", action="append", default=None, metavar="FORMAT=FILE", help="also into a file (repeatable)"
    )
    parser.add_argument("--exit-zero", action="store_true", default=None, help="findings do not make the exit code 1")
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None)


def _remember(parser: _Parser) -> None:
    actions = [action for action in parser._actions if action.option_strings and action.dest != "help"]  # noqa: SLF001
    parser.set_defaults(actions=actions)


def _from_environment(options: argparse.Namespace, action: argparse.Action) -> None:
    if getattr(options, action.dest) is not None:
        return
    name = action.dest.replace("_", "-")
    text = environment_value(name, os.environ)
    if text is None:
        return
    value: object = text
    place = f"SEALWRIGHT_{action.dest.upper()}"
    if action.nargs == 0:
        if text.lower() not in _TRUE | _FALSE:
            raise UsageError("is neither true nor false", place=place, hint="use 1 or 0")
        value = text.lower() in _TRUE
    elif isinstance(action, argparse._AppendAction):  # noqa: SLF001 - argparse has no public name for it
        value = [part for part in text.split(",") if part]
    elif action.type is _count:
        try:
            value = _count(text)
        except argparse.ArgumentTypeError as error:
            raise UsageError(str(error), place=place) from None
    if action.choices is not None and value not in action.choices:
        raise UsageError(f"must be one of {', '.join(map(str, action.choices))}", place=place)
    setattr(options, action.dest, value)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 12:
        raise argparse.ArgumentTypeError("must be a whole number")
    return int(text)


def _without_values(message: str) -> str:
    """argparse quotes what it was given: `invalid choice: 'hunter2' (choose from ...)`."""
    if message.startswith("unrecognized arguments: "):
        words = [word.split("=", 1)[0] for word in message.split(": ", 1)[1].split() if word.startswith("-")]
        # A short option may have its value glued to it.
        names = [word if word.startswith("--") else word[:2] for word in words]
        return f"unknown option {' '.join(names)}" if names else "too many arguments"
    if "invalid choice: " in message:
        head, _, rest = message.partition("invalid choice: ")
        _, _, choices = rest.rpartition("(choose from ")
        return f"{head}must be one of {choices.rstrip(')')}" if choices else f"{head}invalid choice"
    if "ignored explicit argument" in message:
        return f"{message.partition('ignored explicit argument')[0]}takes no value"
    return message
