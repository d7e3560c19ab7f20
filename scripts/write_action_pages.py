"""Write the tables of actions/*/README.md from action.yml. With --check: exit 1 if a page is not up to date."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

ACTIONS = Path(__file__).resolve().parent.parent / "actions"
BEGIN = "<!-- Written by scripts/write_action_pages.py from action.yml; change that. -->"
END = "<!-- The end of what is written from action.yml. -->"


def tables(action: dict[str, Any]) -> str:
    """Inputs and outputs, as they stand in an action.yml."""
    inputs = [(f"`{name}`", one["description"], _code(one["default"])) for name, one in action["inputs"].items()]
    outputs = [(f"`{name}`", one["description"]) for name, one in action["outputs"].items()]
    return f"{_table(('input', 'what it says', 'default'), inputs)}\n{_table(('output', 'what it says'), outputs)}"


def page(folder: Path) -> str:
    """The page of an action, with its tables as they should be. Raises ValueError where it has no place for them."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    action = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
    written = f"{BEGIN}\n\n{tables(action)}\n{END}"
    new, count = re.subn(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: written, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{folder.name}/README.md: there is no one place for the tables")
    return new


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _code(default: str) -> str:
    return f"`{default}`" if default else ""


def main() -> int:
    """Write or check."""
    stale = 0
    for file in sorted(ACTIONS.glob("*/action.yml")):
        readme, text = file.parent / "README.md", page(file.parent)
        if readme.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv[1:]:
            print(f"actions/{file.parent.name}/README.md is not up to date: run scripts/write_action_pages.py")
            stale = 1
        else:
            readme.write_text(text, encoding="utf-8", newline="\n")
    return stale


if __name__ == "__main__":
    sys.exit(main())
