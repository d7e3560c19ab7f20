"""Write docs/reference/ and docs/controls.md from the code: the command line, the configuration's schema, the formats,
the exit codes, and the controls that rules serve. With --check: exit 1 if a page is stale.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from argparse import Action, ArgumentParser, _SubParsersAction
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sealwright.cli.examples import EXAMPLES
from sealwright.cli.options import whole_parser
from sealwright.detect.registry import rule_names
from sealwright.errors import ExitCode
from sealwright.inventory.controls import order
from sealwright.policy.packs.load import load_catalogue
from sealwright.policy.packs.served import served
from sealwright.report.inventories import INVENTORY_FORMATS
from sealwright.report.registry import FORMATS
from sealwright.report.rules import policy_page, rule_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "sealwright"
NOTE = "<!-- Written by scripts/write_reference.py from {}; change that. -->"
FRAMEWORKS = {
    "pci-dss-4.0.1": "PCI DSS 4.0.1",
    "nist-800-53r5": "NIST SP 800-53, revision 5",
    "csf-2.0": "NIST Cybersecurity Framework 2.0",
    "cis-kubernetes": "CIS Kubernetes Benchmark",
    "cis-eks": "CIS Amazon EKS Benchmark",
    "cis-aws": "CIS AWS Foundations Benchmark",
}
"""What people call each framework."""
KINDS = {"string": "text", "object": "map", "array": "list", "boolean": "true or false"}
KINDS |= {"integer": "number", "number": "number"}
"""What people call the types of JSON Schema."""
CONTROLS = """\
Which rules serve which control of which framework, as the packs say it. A rule serves a control where breaking it is
against the control; that all rules of a control hold does not prove that the control is met: most have parts that no
repository shows.

What a run gives as evidence, for each control below:

- `sealwright gate --pack PACK --output oscal=results.json`: an assessment result for OSCAL's tools, with what each
  control's rules found.
- `sealwright gate --pack PACK --output in-toto=statement.json`: which commit was judged, with which rules, and how it
  came out, to be signed.
- `sealwright inventory --pack PACK --format json` and `html`: the same roll-up beside how every secret is held;
  `cyclonedx`: the secrets, keys and certificates as a bill of materials.
- `--output sarif=findings.sarif`: every finding with its file, line, rule and controls.

[Evidence](evidence.md) says what is in these files, and how to sign and keep them. What is waived or known from
before is counted apart. A control none of whose rules had an object to be about is left out: that nothing was found
says nothing. Names in small letters are rules of the scan, the others rules of policy.
"""


CLI = """\
Every option but `--help` can also be given in the environment, as `SEALWRIGHT_` and its longest name in capitals with
`_` for `-`; lists with commas. The command line wins over the environment, the environment over `.sealwright.yaml`.
An error over a value from the environment names its variable. A format that `SEALWRIGHT_FORMAT` or `SEALWRIGHT_OUTPUT`
names for a whole job, and a command does not have, is [left out](../formats.md#for-a-whole-job) there.
`sealwright COMMAND --help` prints what stands here.
"""
CONFIGURATION = """\
`.sealwright.yaml` at the root of the repository. Nothing in it is executed, and an unknown key is an error that names
the nearest known one. `NAME` stands for a name of yours, `[]` for each element of a list. The schema is part of the
package, for editors that complete and check what is typed.
"""
ON_FORMATS = """\
`--format NAME` chooses what goes to standard output; `--output NAME=FILE`, as often as you like, what goes into
files. No format changes the exit code, and no value of a secret, decoded or encoded, is in any of them. [Report
formats](../formats.md) says which to take for what.
"""
EXIT_CODES = """\
Scripts may rely on them. They do not depend on the format. Where several hold, 3 counts more than 1: what was not
looked at is never taken for clean. `--exit-zero` turns 1 into 0, and nothing else.
"""


def pages() -> dict[Path, str]:
    """Every page by its path."""
    reference = DOCS / "reference"
    return {
        reference / "cli.md": cli(),
        reference / "configuration.md": configuration(),
        reference / "formats.md": formats(),
        reference / "exit-codes.md": exit_codes(),
        DOCS / "controls.md": controls(),
    }


def cli() -> str:
    """One section for each command and verb."""
    head = [
        "# Command line",
        NOTE.format("the parser"),
        CLI.strip(),
    ]
    return _joined([*head, *(part for parser in _parsers(whole_parser()) for part in _command(parser))])


def _parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:  # noqa: SLF001 - argparse has no public name for it
        if isinstance(action, _SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)


def _command(parser: ArgumentParser) -> Iterator[str]:
    words = parser.prog.split()
    yield f"{'#' * min(len(words) + 1, 4)} {parser.prog}"
    if parser.description:
        yield _prose(parser.description)
    rows = []
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, _SubParsersAction):
            choices = action._choices_actions  # noqa: SLF001
            rows = [(f"[`{one.dest}`](#{'-'.join([*words, one.dest])})", one.help) for one in choices]
        elif action.dest != "help":
            rows.append((_typed(action), _prose(action.help or "")))
    if rows:
        yield _table(("", ""), rows)
    if parser.prog in EXAMPLES:
        lines = [f"# {words}\n{command}" for command, words in EXAMPLES[parser.prog]]
        yield "```bash\n" + "\n".join(lines) + "\n```"


def _typed(action: Action) -> str:
    """An option with its names and what follows it, or a place."""
    value = action.metavar or (" or ".join(map(str, action.choices)) if action.choices else action.dest.upper())
    if not action.option_strings:
        return f"`{value}`"
    names = ", ".join(f"`{name}`" for name in action.option_strings)
    return names if action.nargs == 0 else f"{names} {_cell(f'`{value}`')}"


def configuration() -> str:
    """One table of all keys, from the schema that the package ships."""
    schema = json.loads((SOURCE / "sealwright.schema.json").read_text(encoding="utf-8"))
    head = [
        "# Configuration",
        NOTE.format("src/sealwright/sealwright.schema.json"),
        CONFIGURATION.strip(),
    ]
    parts = []
    for key, section in schema["properties"].items():
        rows = [
            (f"`{path}`", _kind(schema, one), _prose(one.get("description", "")))
            for path, one in _keys(schema, key, section)
        ]
        parts += [f"## {key}", _prose(section.get("description", "")), _table(("key", "takes", ""), rows)]
    return _joined([*head, *parts])


def _keys(schema: dict[str, Any], path: str, node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key below a node with its own node, by its path. A value may hold any others."""
    if node.get("title") == "Value":
        return
    for one in _alternatives(schema, node):
        for name, below in one.get("properties", {}).items():
            resolved = _resolved(schema, below)
            yield f"{path}.{name}", {**resolved, "needed": name in one.get("required", ())}
            yield from _keys(schema, f"{path}.{name}", resolved)
        if isinstance(one.get("additionalProperties"), dict):
            named = _resolved(schema, one["additionalProperties"])
            if not named.get("properties") and not named.get("oneOf"):
                yield f"{path}.NAME", {**named, "needed": False}
            yield from _keys(schema, f"{path}.NAME", named)
        if isinstance(one.get("items"), dict):
            yield from _keys(schema, f"{path}[]", _resolved(schema, one["items"]))


def _alternatives(schema: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(_resolved(schema, one) for one in (*node.get("oneOf", ()), *node.get("anyOf", ())))]


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    return {**schema["$defs"][name], **node} if name else node


def _kind(schema: dict[str, Any], node: dict[str, Any]) -> str:
    """What the key takes, and what counts without it."""
    if "enum" in node:
        said = ", ".join(f"`{value}`" for value in node["enum"] if isinstance(value, str))
    else:
        given = [one.get("type", ()) for one in _alternatives(schema, node)]
        kinds = [kind for one in given for kind in ([one] if isinstance(one, str) else one)]
        said = " or ".join(KINDS[kind] for kind in dict.fromkeys(kinds) if kind != "null")
    if "default" in node:
        said += f" (default: `{json.dumps(node['default'])}`)"
    return f"{said}; needed" if node["needed"] else said


def formats() -> str:
    """Each format with what its module says about it, and the commands that write it."""
    head = [
        "# Formats",
        NOTE.format("report/registry.py, report/inventories.py and the modules of the formats"),
        ON_FORMATS.strip(),
        "## Of a scan, a verification and a gate",
    ]
    findings = [part for name, where in FORMATS.items() for part in _format(name, *where)]
    inventories = [part for name, where in INVENTORY_FORMATS.items() for part in _format(f"{name} (inventory)", *where)]
    return _joined([*head, *findings, "## Of an inventory", *inventories])


def _format(name: str, module: str, thing: str) -> Iterator[str]:
    """What the module says; where two formats share one, what the class of the second says."""
    loaded = import_module(module)
    about = inspect.getdoc(loaded) or ""
    first = next(other for other, where in FORMATS.items() if where[0] == module) if name in FORMATS else name
    yield f"### {name}"
    yield _paragraphs(about if first == name else inspect.getdoc(getattr(loaded, thing)) or "")


def exit_codes() -> str:
    """The codes, and which mistakes lead to which."""
    tree = ast.parse((SOURCE / "errors.py").read_text(encoding="utf-8"))
    texts = _texts_of_codes(tree)
    codes = [(str(int(code)), code.name, _prose(texts[code.name])) for code in ExitCode]
    errors = import_module("sealwright.errors")
    kinds = [
        (node.name, str(int(getattr(errors, node.name).exit_code)), _prose(ast.get_docstring(node) or ""))
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name not in ("ExitCode", "SealwrightError")
    ]
    parts = [
        "# Exit codes",
        NOTE.format("src/sealwright/errors.py"),
        EXIT_CODES.strip(),
        _table(("code", "name", ""), codes),
        "## What a mistake leads to",
        _table(("mistake", "code", ""), kinds),
    ]
    return _joined(parts)


def _texts_of_codes(tree: ast.Module) -> dict[str, str]:
    """The string that stands behind each member of ExitCode."""
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ExitCode").body
    texts = {}
    for before, node in pairwise(body):
        if isinstance(before, ast.Assign) and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            texts[ast.unparse(before.targets[0])] = str(node.value.value)
    return texts


def controls() -> str:
    """For auditors: each control of each framework, the rules that serve it, and what a run says about it."""
    catalogue = load_catalogue()
    rules = [catalogue.rule(name) for name in sorted(catalogue.ids())]
    serving = served(rules, rule_names())
    by_framework: dict[str, list[str]] = {}
    for key in sorted(serving, key=order):
        by_framework.setdefault(key.partition("/")[0], []).append(key)
    parts = ["# Controls", NOTE.format("policies/"), CONTROLS.strip()]
    places = _places()
    for framework, keys in by_framework.items():
        rows = [(key.partition("/")[2], _linked(serving[key], places)) for key in keys]
        parts += [f"## {FRAMEWORKS[framework]}", _table((f"`{framework}`", "rules"), rows)]
    return _joined(parts)


def _places() -> dict[str, str]:
    """Where the page of each rule is, from docs/."""
    catalogue = load_catalogue()
    pages = [*rule_pages().values(), *(policy_page(catalogue.rule(name)) for name in catalogue.ids())]
    return {page.rule: page.where.removeprefix("docs/") for page in pages}


def _linked(names: tuple[str, ...], places: dict[str, str]) -> str:
    return ", ".join(f"[{name}]({places[name]})" for name in names)


def _paragraphs(text: str) -> str:
    return "\n\n".join(_prose(" ".join(part.split())) for part in text.split("\n\n"))


def _prose(text: str) -> str:
    """Text of the program as Markdown: nothing in it is taken for HTML."""
    return re.sub(r"<(?=[A-Za-z/!])", "&lt;", text).replace("*", "\\*")


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(_cell(str(cell)) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write or check."""
    wanted = pages()
    if "--check" not in sys.argv[1:]:
        for path, text in wanted.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if stale:
        print(f"not up to date: {', '.join(str(path.relative_to(ROOT)) for path in stale)}")
        print("run scripts/write_reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
