"""What a conversion leaves behind for going on and going back: complete after any end, and without a value."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from support import posix_only

from sealwright.errors import RewriteError, SealwrightError, StoreError
from sealwright.rewrite.transaction import FileChange
from sealwright.run.convert.apply import finish, put_back
from sealwright.run.convert.journal import Begun, Journal, Put, Stage

CANARY = b"corr3ct-horse-battery"
OLD, NEW = b"password: " + CANARY, b"password: sealed"
BEGUN = Begun({"to": "external-secret"}, {"local": {"name": "local"}}, [("local", "prod/shop/db")])
PUT = Put("local", "prod/shop/db", "1", "created")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("a.yaml").write_bytes(OLD)
    Path(".env").write_bytes(CANARY)


def journal() -> Journal:
    return Journal("../git/sealwright", "../state")


def changes() -> list[FileChange]:
    return [FileChange("a.yaml", OLD, NEW), FileChange(".env", CANARY, None), FileChange("new.yaml", None, b"new")]


def begun() -> Journal:
    made = journal()
    made.next_run()
    made.begin(BEGUN, changes())
    made.put(PUT)
    return made


def content() -> dict[str, bytes]:
    return {name: Path(name).read_bytes() for name in sorted(os.listdir())}


BEFORE = {".env": CANARY, "a.yaml": OLD}
AFTER = {"a.yaml": NEW, "new.yaml": b"new"}


def everything() -> bytes:
    return b"".join(path.read_bytes() for path in Path("../git").rglob("*") if path.is_file())


def test_no_value_is_in_it_and_nobody_else_reads_it() -> None:
    begun().close()
    assert CANARY not in everything()
    assert b"prod/shop/db" in everything()
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in Path("../git").rglob("*")}
        assert modes == {0}


def test_another_process_reads_what_was_written() -> None:
    begun().enter(Stage.REWRITING)
    again = journal()
    assert (again.stage, again.puts, again.begun) == (Stage.REWRITING, [PUT], BEGUN)
    assert [again.content(kept.before) for kept in again.files] == [OLD, CANARY, None]
    assert [again.content(kept.after) for kept in again.files] == [NEW, None, b"new"]


def test_a_line_that_was_not_written_wholly_is_none() -> None:
    begun().enter(Stage.REWRITING)
    path = Path("../git/sealwright/journal")
    whole = path.read_bytes()
    assert whole.endswith(b"\n")
    for size in range(len(whole.splitlines()[0]) + 1, len(whole)):
        path.write_bytes(whole[:size])
        assert journal().stage in {None, Stage.UPLOADING}


@pytest.mark.parametrize(
    "damage",
    [
        b"no json\n",
        b'{"stage": "elsewhere"}\n',
        b"[]\n",
        b'{"put": 1}\n',
        b'{"put": [{}, 1, 2, 3]}\n',
        b"[" * 100_000 + b"\n",
        b'{"version": 1}\n',
    ],
)
def test_damage_is_named(damage: bytes) -> None:
    begun().close()
    Path("../git/sealwright/journal").write_bytes(damage)
    with pytest.raises(SealwrightError, match="damaged"):
        journal()


def test_another_version_is_refused() -> None:
    begun().close()
    Path("../git/sealwright/journal").write_bytes(b'{"version": 2}\n')
    with pytest.raises(SealwrightError, match="another version"):
        journal()


@pytest.mark.parametrize("damage", ["flip", "swap", "gone", "key"])
def test_a_copy_that_is_not_what_was_kept_is_refused(damage: str) -> None:
    begun().enter(Stage.REWRITING)
    copy = Path("../git/sealwright/copies/0.before")
    if damage == "flip":
        data = bytearray(copy.read_bytes())
        data[20] ^= 1
        copy.write_bytes(data)
    elif damage == "swap":
        copy.write_bytes(Path("../git/sealwright/copies/0.after").read_bytes())
    elif damage == "gone":
        copy.unlink()
    else:
        Path("../state/copies.key").write_bytes(os.urandom(32))
    with pytest.raises(StoreError):
        put_back(journal())
    assert content() == BEFORE


def states() -> list[dict[str, bytes | None]]:
    """Every state in which files can be while some of them have changed."""
    names = [".env", "a.yaml", "new.yaml"]
    picks = [[(name, source.get(name)) for source in (BEFORE, AFTER)] for name in names]
    return [
        dict(zip(names, [dict([one])[name] for one, name in zip(row, names, strict=True)], strict=True))
        for row in [(a, b, c) for a in picks[0] for b in picks[1] for c in picks[2]]
    ]


def put_in(state: dict[str, bytes | None]) -> None:
    for name, data in state.items():
        if data is None:
            Path(name).unlink(missing_ok=True)
        else:
            Path(name).write_bytes(data)


@pytest.mark.parametrize("number", range(8))
def test_goes_on_and_goes_back_from_every_state(number: int) -> None:
    begun().enter(Stage.REWRITING)
    put_in(states()[number])
    finish(journal())
    assert content() == AFTER
    assert journal().stage is Stage.DONE
    put_in(states()[number])
    put_back(journal())
    assert content() == BEFORE


@pytest.mark.parametrize("work", [finish, put_back])
def test_what_somebody_changed_stops_it(work: object) -> None:
    begun().enter(Stage.REWRITING)
    Path("a.yaml").write_bytes(b"mine")
    with pytest.raises(RewriteError, match="changed since the conversion"):
        work(journal())  # type: ignore[operator]
    assert content() == BEFORE | {"a.yaml": b"mine"}


@posix_only
def test_a_link_in_the_place_of_the_journal_is_not_followed() -> None:
    begun().close()
    path = Path("../git/sealwright/journal")
    path.rename("../elsewhere")
    path.symlink_to("../../elsewhere")
    with pytest.raises(OSError, match="Too many levels"):
        journal().put(PUT)
