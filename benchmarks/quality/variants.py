"""A case made into files: as written, or in another form that means the same."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality.fill import Expected, Filler, finished
from benchmarks.quality.restyle import restyled
from benchmarks.quality.slots import ALPHABETS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.quality.catalogue import Case, Template

_ENCODINGS = {
    "utf-8-sig": ("utf-8-sig", ""),
    "utf-16-mark": ("utf-16-le", "\ufeff"),
    "utf-16-le": ("utf-16-le", ""),
    "utf-16-be": ("utf-16-be", ""),
    "utf-16-be-mark": ("utf-16-be", "\ufeff"),
    "latin": ("latin-1", ""),
}
_MANIFESTS = (".yaml", ".yml", ".json")
_SINGLE = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16-mark", "utf-16-le", "utf-16-be-mark")


class VariantFile(NamedTuple):
    """One file, and where findings are expected in it."""

    path: str
    content: bytes
    text: str
    expected: list[Expected]


class Variant(NamedTuple):
    """A case with values, in one form."""

    case: Case
    alphabet: str
    form: int
    files: list[VariantFile]

    def write(self, folder: Path) -> None:
        """The files below the folder."""
        for file in self.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


def variant(case: Case, seed: int, form: int, alphabet: str = "") -> Variant:
    """The case with the values of `seed`. `form` 0 is the case as written; any other number another way to write it."""
    alphabet = alphabet or ALPHABETS[seed % len(ALPHABETS)]
    filler = Filler(case, str(seed), alphabet, plain=seed == 0)
    rng = Random(f"{seed} {form} {case.id}")
    files = [_file(template, filler.fill(template.text), case, rng if form else None) for template in case.files]
    return Variant(case, alphabet, form, files)


def _file(template: Template, marked: str, case: Case, rng: Random | None) -> VariantFile:
    encoding, mark = _ENCODINGS.get(template.form, ("utf-8", ""))
    newline = "\r\n" if template.form == "crlf" else "\n"
    if rng is not None and template.form in {"", "block"} and template.path.endswith(_MANIFESTS):
        json_only = template.path.endswith(".json")
        marked = restyled(marked, rng, block_only=template.form == "block", json_only=json_only)
    if rng is not None and template.form in {"", "block", "fixed"} and template.path.endswith(_MANIFESTS):
        newline = rng.choice(("\n", "\n", "\r\n"))
        if len(case.files) == 1:
            encoding, mark = _ENCODINGS.get(rng.choice(_SINGLE), ("utf-8", ""))
    text, expected = finished(marked)
    content = (mark + text.replace("\n", newline)).encode(encoding)
    return VariantFile(template.path, content, text, expected)
