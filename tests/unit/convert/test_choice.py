"""Which Secrets are sealed, and that nothing is written over a file that changed meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest
from unit.convert.sealing_again import certificate

from sealwright.convert.seal import SealOptions
from sealwright.detect.budget import TooMuch
from sealwright.errors import RewriteError, SealingError
from sealwright.manifest.discover import Target
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.seal import Choice, SealedFile, Sealing, seal_files

HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: prod\n"
IN_PLACE, STDOUT = Choice(exposed_only=True), Choice()
ENCRYPTED = "ENC[AES256_GCM,data:YQ==,iv:YWFhYWFhYWFhYWFh,tag:YWFhYWFhYWFhYWFhYWFhYQ==,type:str]"
SOPS = f"{HEAD}stringData:\n  a: {ENCRYPTED}\nsops:\n  mac: {ENCRYPTED}\n  version: 3.9.0\n"
PLAIN = f"{HEAD}stringData:\n  a: corr3ct-horse\n"


def outcome(text: str, choice: Choice) -> str:
    """`sealed`, `left`, or the error's words."""
    data = text.encode()
    [result] = seal_files([Target("a.yaml", content=data)], Sealing(lambda _: certificate(), SealOptions(), choice))
    if not isinstance(result, SealedFile):
        assert isinstance(result, SealingError)
        assert result.place.startswith("a.yaml:1:1")
        assert result.hint
        return result.message
    assert (result.before, bool(result.sealed)) == (data, result.after != data)
    return "sealed" if result.sealed else "left"


@pytest.mark.parametrize(
    ("text", "choice", "expected"),
    [
        (SOPS, IN_PLACE, "left"),
        (SOPS, STDOUT, "left"),
        (f"{HEAD}stringData:\n  a: ${{X}}\n", IN_PLACE, "left"),
        (f"{HEAD}stringData:\n  a: ${{X}}\n", STDOUT, "left"),
        (f"{HEAD}stringData:\n  a: ${{X}}\n", Choice(allow_references=True), "sealed"),
        (f"{HEAD}stringData:\n  a: ${{X}}\n", Choice(exposed_only=True, allow_references=True), "left"),
        (f"{HEAD}data:\n  a: JHtYfQ==\n", STDOUT, "left"),
        (f"{HEAD}stringData:\n  a: changeme\n", IN_PLACE, "left"),
        (f"{HEAD}stringData:\n  a: changeme\n", STDOUT, "sealed"),
        (HEAD, IN_PLACE, "left"),
        (HEAD, Choice(allow_empty=True), "sealed"),
        (PLAIN, IN_PLACE, "sealed"),
        (PLAIN, STDOUT, "sealed"),
        (PLAIN.replace("kind: Secret", "kind: ConfigMap"), IN_PLACE, "left"),
    ],
)
def test_choice(text: str, choice: Choice, expected: str) -> None:
    assert outcome(text, choice) == expected


def test_what_cannot_be_decided_is_refused() -> None:
    assert "filled in by something else" in outcome(f"{PLAIN}  b: ${{X}}\n", IN_PLACE)
    assert "filled in by something else" in outcome(f"{PLAIN}  b: ${{X}}\n", STDOUT)
    assert outcome(f"{PLAIN}  b: ${{X}}\n", Choice(allow_references=True)) == "sealed"
    assert "no values" in outcome(HEAD, STDOUT)


def test_aliases_without_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object) -> NoReturn:
        raise TooMuch

    monkeypatch.setattr("sealwright.run.seal.exposed_values", too_much)
    assert outcome(PLAIN, IN_PLACE) == "Secret prod/db: its aliases stand for too much"


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(PLAIN)
    [result] = seal_files([Target("a.yaml", str(path))], Sealing(lambda _: certificate(), SealOptions(), IN_PLACE))
    assert isinstance(result, SealedFile)
    path.write_text(f"{PLAIN}# edited\n")
    with pytest.raises(RewriteError):
        commit([FileChange(str(path), result.before, result.after)])
    assert path.read_text() == f"{PLAIN}# edited\n"
