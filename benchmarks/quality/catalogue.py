"""The cases as they are written in `cases/`: readable text with slots, one file of text for each family.

Secrets as most are written                                what the family is about
== string-data: a Secret, a value under stringData        a case: its name and title
@@ apps/db.yaml [fixed]                                    a file of it, and how far it may be rewritten
kind: Secret
stringData:
  password: <<password>>                                     a slot, for one line of an expected finding
++ release                                                 a part that slots name: <<@release|gzip|b64>>
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "cases"
_FILE = re.compile(r"@@ (\S+)(?: \[([\w -]+)\])?\Z")
_FORMS = frozenset(
    {
        "",
        "fixed",
        "text",
        "latin",
        "block",
        "utf-8-sig",
        "utf-16-mark",
        "utf-16-le",
        "utf-16-be",
        "utf-16-be-mark",
        "crlf",
    }
)


class Template(NamedTuple):
    """A file with slots. `form`: '' may be rewritten at will; `block` only as block-style YAML (comments may come);
    `fixed` keeps its lines, but not its encoding; `text` is no YAML and keeps its bytes; others name an encoding."""

    path: str
    form: str
    text: str


class Case(NamedTuple):
    """One leak or one look-alike: its files, and the parts that slots of them name."""

    family: str
    name: str
    title: str
    bad: bool
    files: tuple[Template, ...]
    parts: dict[str, str]

    @property
    def id(self) -> str:
        return f"{self.family}/{self.name}"


def catalogue() -> list[Case]:
    """Every case, leaks first, in the order of the files and of the cases in them."""
    cases = [
        case
        for folder, bad in (("leaks", True), ("look-alikes", False))
        for path in sorted((FOLDER / folder).glob("*.txt"))
        for case in _cases(path, bad=bad)
    ]
    ids = [case.id for case in cases]
    if len(set(ids)) < len(ids):
        raise ValueError(f"cases of the same name: {sorted(name for name in set(ids) if ids.count(name) > 1)}")
    return cases


def titles() -> dict[str, str]:
    """What each family is about: the first line of its file."""
    paths = sorted(FOLDER.rglob("*.txt"))
    return {path.stem: path.read_text(encoding="utf-8").partition("\n")[0] for path in paths}


def _cases(path: Path, *, bad: bool) -> Iterator[Case]:
    text = path.read_text(encoding="utf-8")
    for block in re.split(r"(?m)^== ", text)[1:]:
        head, _, body = block.partition("\n")
        name, _, title = head.partition(": ")
        files, parts = [], {}
        for piece in re.split(r"(?m)^(?=(?:@@|\+\+) )", body)[1:]:
            first, _, content = piece.partition("\n")
            content = content.rstrip("\n") + "\n"
            if first.startswith("++ "):
                parts[first[3:].strip()] = content
            else:
                files.append(_template(first, content, path))
        yield Case(path.stem, name, title, bad, tuple(files), parts)


def _template(first: str, content: str, path: Path) -> Template:
    match = _FILE.match(first)
    if match is None or (match.group(2) or "") not in _FORMS:
        raise ValueError(f"{path.name}: not the head of a file: {first}")
    return Template(match.group(1), match.group(2) or "", content)
