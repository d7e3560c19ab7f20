"""Many repositories as one: what is found in each is what a scan of it finds, and each content is looked at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support import Repository

from sealwright.config import Named, Override
from sealwright.errors import SealwrightError
from sealwright.finding import Finding, Position, Problem
from sealwright.fleet.cache.base import Cache, NoCache
from sealwright.fleet.cache.local import LocalCache
from sealwright.fleet.coordinator import Coordinator
from sealwright.fleet.encoding import encoded
from sealwright.fleet.engine_name import engine_name
from sealwright.fleet.engines.base import Done, LostError
from sealwright.fleet.engines.inline import InlineEngine
from sealwright.fleet.model import Account, Member
from sealwright.fleet.scope import Scope
from sealwright.manifest.discover import Selection
from sealwright.manifest.git import Repository as GitRepository
from sealwright.manifest.history import resolve
from sealwright.report.json_v1 import finding_entry
from sealwright.run.history import scan_history
from sealwright.run.scan import scan

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: {0}, namespace: shop}}\nstringData: {{password: {1}}}\n"
SCOPE = Scope(engine_name())
WHOLE = SCOPE._replace(history="--all")


def secret(name: str = "db", value: str = "tide.Lantern.88") -> str:
    return SECRET.format(name, value)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """With a history: a secret that came, changed, moved and went; one that stays; generators, and what they name."""
    repository = Repository.init(tmp_path / "one")
    repository.write("README.md", "nothing\n")
    repository.write("apps/db.yaml", secret())
    repository.commit("Begin")
    repository.write("apps/db.yaml", secret(value="quay.Beacon.17"))
    repository.write("apps/kustomization.yaml", "secretGenerator: [{name: x, envs: [.env, ../shared/other.env]}]\n")
    repository.write("apps/.env", "TOKEN=hunter2-hunter2\n")
    repository.write("shared/other.env", "PIN=48151623\n")
    repository.commit("Change")
    repository.git("mv", "apps/db.yaml", "apps/data.yaml")
    repository.commit("Move")
    repository.git("switch", "--quiet", "--create", "side", "HEAD~1")
    repository.write("side.yaml", secret("side"))
    repository.commit("Beside")
    repository.git("switch", "--quiet", "main")
    repository.git("rm", "--quiet", "apps/data.yaml")
    repository.write("kept/broken.yaml", "kind: Secret\ndata: {a: [\n")
    repository.write("kept/db.yaml", secret("kept"))
    repository.commit("Remove")
    return repository


def member(repository: Repository, name: str = "") -> Member:
    return Member(name or repository.path.name, str(repository.path))


def asked(members: Sequence[Member], scope: Scope = SCOPE, cache: Cache | None = None, **more: Any) -> list[Account]:
    coordinator = Coordinator(more.pop("engine", InlineEngine()), cache or NoCache(), scope, **more)
    accounts = dict(item for some in coordinator.accounts(list(enumerate(members))) for item in some)
    return [accounts[position] for position in range(len(members))]


def without_days(entry: Any) -> Any:
    past = {name: value for name, value in entry.get("history", {}).items() if not name.endswith("_day")}
    return {**entry, **({"history": past} if past else {})}


def told(results: Sequence[object]) -> tuple[list[Any], list[str]]:
    """Findings as JSON has them, and the messages of problems."""
    findings = [finding_entry(result) for result in results if isinstance(result, Finding)]
    return in_order(findings), sorted(result.message for result in results if isinstance(result, Problem))


def of(account: Account) -> tuple[list[Any], list[str]]:
    found = [without_days(entry) for entry in account.findings]
    return in_order(found), sorted(entry["message"] for entry in account.errors)


def in_order(entries: list[Any]) -> list[Any]:
    return sorted(entries, key=lambda entry: (entry["path"], entry["start"]["line"], entry["fingerprint"]))


def test_the_head_is_what_a_scan_of_the_repository_finds(repository: Repository) -> None:
    found = of(asked([member(repository)])[0])
    where = GitRepository(str(repository.path))
    assert found == told(list(scan(Selection((str(repository.path),)), where)))
    fields = {(entry["path"], entry["rule"]) for entry in found[0]}
    assert {("apps/.env", "dotenv-file"), ("kept/db.yaml", "secret-string-data")} <= fields
    assert found[1], "the broken file is told"


@pytest.mark.parametrize("words", ["--all", "HEAD", "main", "--branches", "side --not main"])
def test_a_history_is_what_a_scan_of_it_finds(repository: Repository, words: str) -> None:
    found = of(asked([member(repository)], SCOPE._replace(history=words))[0])
    assert found == told(list(scan_history(resolve(str(repository.path), words), Selection())))
    assert found[0]


def test_branches_have_what_each_has_at_its_tip(repository: Repository) -> None:
    account = asked([member(repository)], SCOPE._replace(branches=True))[0]
    assert {entry["path"] for entry in account.findings} >= {"side.yaml", "kept/db.yaml", "apps/db.yaml"}
    assert "apps/data.yaml" not in {entry["path"] for entry in account.findings}, "it is in the past only"
    side = repository.git("rev-parse", "side")
    [beside] = [entry["history"] for entry in account.findings if entry["path"] == "side.yaml"]
    assert (beside["first"], beside["last"], beside["at_tip"]) == (side, side, True)


@pytest.mark.parametrize("scope", [SCOPE, WHOLE], ids=["head", "history"])
@pytest.mark.parametrize("shard", [1, 20_000, 1 << 30])
def test_small_shards_find_what_large_ones_do(repository: Repository, scope: Scope, shard: int) -> None:
    assert asked([member(repository)], scope, shard=shard) == asked([member(repository)], scope)


def test_what_is_left_out_and_what_counts_less(repository: Repository) -> None:
    skipping = asked([member(repository)], SCOPE._replace(skip_files=("kept/**",)))[0]
    assert not [entry for entry in skipping.findings if entry["path"].startswith("kept/")]
    assert not skipping.errors
    nowhere = Position(1, 1)
    override = Override(("kept/**",), ((Named("secret-string-data", nowhere, nowhere), "info"),))
    [entry] = [
        entry
        for entry in asked([member(repository)], SCOPE._replace(overrides=(override,)))[0].findings
        if entry["path"] == "kept/db.yaml"
    ]
    assert entry["severity"] == "info"


def test_no_content_is_looked_at_twice(repository: Repository, tmp_path: Path) -> None:
    fork = Repository(tmp_path / "fork")
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(fork.path))
    first, second = asked([member(repository), member(fork)], WHOLE)
    assert (first.fresh, second.fresh) == (first.contents, 0)
    assert of(first) == of(second)
    # Under another name a content may mean something else, but it is the same content.
    fork.git("update-ref", "refs/heads/more", "side")
    assert asked([member(fork), member(repository)], WHOLE)[0].fresh == first.contents


def test_a_second_run_looks_at_what_is_new(repository: Repository, tmp_path: Path) -> None:
    def again() -> Account:
        cache = LocalCache(str(tmp_path / "cache"), WHOLE.rules)
        try:
            return asked([member(repository)], WHOLE, cache)[0]
        finally:
            cache.close()

    before = again()
    assert before.errors, "a file is broken, so that the account itself is not kept"
    assert again() == before._replace(fresh=0)
    repository.write("new.yaml", secret("new"))
    repository.commit("New")
    after = again()
    assert after.fresh == 1
    assert len(after.findings) == len(before.findings) + 1
    assert json.dumps(asked([member(repository)], WHOLE)[0]._replace(fresh=1)) == json.dumps(after)


def test_an_account_without_errors_is_kept_whole(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "one")
    repository.write("db.yaml", secret())
    repository.commit()
    cache = LocalCache(str(tmp_path / "cache"), SCOPE.rules)
    [before] = asked([member(repository)], SCOPE, cache)

    class Counting(InlineEngine):
        names: list[str] = []  # noqa: RUF012 - of this test alone

        def submit(self, function: Any, *arguments: Any, **more: Any) -> Any:
            self.names.append(function.__name__)
            return super().submit(function, *arguments, **more)

    assert asked([member(repository, "copy")], SCOPE, cache, engine=Counting()) == [
        before._replace(member=member(repository, "copy"), fresh=0)
    ]
    assert Counting.names == ["arrive"]


def test_other_rules_do_not_take_what_was_kept(repository: Repository, tmp_path: Path) -> None:
    for scope in (SCOPE, SCOPE._replace(engine=f"{engine_name()}x"), SCOPE._replace(max_bytes=40)):
        assert len({scope.rules, SCOPE.rules}) == (1 if scope == SCOPE else 2)
    folder = str(tmp_path / "cache")
    asked([member(repository)], SCOPE, LocalCache(folder, SCOPE.rules))
    small = SCOPE._replace(max_bytes=40)
    found = asked([member(repository)], small, LocalCache(folder, small.rules))[0]
    assert found.fresh == found.contents
    assert len(found.errors) > 1, "nearly every file is too large now"


@pytest.mark.parametrize("scope", [SCOPE, WHOLE, SCOPE._replace(branches=True)], ids=["head", "history", "branches"])
def test_repositories_that_have_nothing_or_are_none(repository: Repository, tmp_path: Path, scope: Scope) -> None:
    empty = Repository.init(tmp_path / "empty")
    (tmp_path / "none").mkdir()
    members = [
        member(empty),
        Member("gone", str(tmp_path / "gone")),
        Member("none", str(tmp_path / "none")),
        member(repository),
    ]
    nothing, gone, none, whole = asked(members, scope)
    assert (nothing.findings, nothing.errors, nothing.tips) == ((), (), ())
    assert [len(account.errors) for account in (gone, none)] == [1, 1]
    assert whole == asked([member(repository)], scope)[0]


def test_what_is_missing_in_one_repository_is_found_in_another(repository: Repository, tmp_path: Path) -> None:
    broken = Repository(tmp_path / "broken")
    repository.git("clone", "--quiet", "--bare", "--no-local", str(repository.path), str(broken.path))
    broken.git("unpack-objects", "-q", stdin=_only_pack(broken))
    oid = repository.git("rev-parse", "HEAD:kept/db.yaml")
    (broken.path / "objects" / oid[:2] / oid[2:]).unlink()
    alone = asked([member(broken)])[0]
    assert [entry["path"] for entry in alone.errors if "could not be read" in entry["message"]] == ["kept/db.yaml"]
    first, second = asked([member(broken), member(repository)])
    assert of(first) == of(second), "it is the same content"
    assert of(second) == of(asked([member(repository)])[0])


def _only_pack(repository: Repository) -> bytes:
    [pack] = (repository.path / "objects" / "pack").glob("*.pack")
    data = pack.read_bytes()
    for path in (repository.path / "objects" / "pack").iterdir():
        path.unlink()
    return data


class Losing(InlineEngine):
    """Comes back from no task that has to do with `word`."""

    def __init__(self, function: str, word: str) -> None:
        super().__init__()
        self.function, self.word = function, word
        self.lost = 0

    def next(self) -> Done:
        name, arguments = min(self._tasks)[2].__name__, min(self._tasks)[3]
        done = super().next()
        if name == self.function and self.word in repr(arguments):
            self.lost += 1
            self._kept.pop(done.ticket, None)
            return Done(done.ticket, error=LostError("gone"))
        return done


def test_a_content_that_stops_workers_is_told_and_harms_no_other(repository: Repository) -> None:
    engine = Losing("look", "kept/db.yaml")
    account = asked([member(repository)], engine=engine)[0]
    whole = asked([member(repository)])[0]
    assert [entry for entry in whole.findings if entry["path"] != "kept/db.yaml"] == list(account.findings)
    [lost] = [entry for entry in account.errors if entry["path"] == "kept/db.yaml"]
    assert "stopped its worker" in lost["message"]
    assert 1 < engine.lost < 10, "some at a time, not one by one"


@pytest.mark.parametrize("function", ["arrive", "survey"])
def test_a_repository_that_stops_workers_is_told_and_harms_no_other(
    repository: Repository, tmp_path: Path, function: str
) -> None:
    other = Repository.init(tmp_path / "grim")
    other.write("db.yaml", secret())
    other.commit()
    fine, grim = asked([member(repository), member(other)], engine=Losing(function, "grim"))
    assert fine == asked([member(repository)])[0]
    assert ["stopped its worker" in entry["message"] for entry in grim.errors] == [True]


def test_what_nobody_expected_is_told_without_its_words(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(results: list[Any]) -> bytes:
        if any(getattr(result, "path", "") == "kept/db.yaml" for result in results):
            raise RecursionError("tide.Lantern.88")
        return encoded(results)

    monkeypatch.setattr("sealwright.fleet.scanning.encoded", failing)
    account = asked([member(repository)])[0]
    assert "Lantern" not in repr(account)
    assert [entry["path"] for entry in account.errors if "not checked" in entry["message"]] == ["kept/db.yaml"]


def test_workers_of_another_version_do_nothing(repository: Repository) -> None:
    with pytest.raises(SealwrightError, match="another version"):
        asked([member(repository)], SCOPE._replace(engine="0+0"))


def test_owners_come_from_the_head(repository: Repository) -> None:
    repository.write("CODEOWNERS", "* @all\n/kept/ @keepers\n")
    repository.commit("Own")
    owners = {entry["path"]: entry.get("owners") for entry in asked([member(repository)])[0].findings}
    assert owners["kept/db.yaml"] == ["@keepers"]
    assert owners["apps/.env"] == ["@all"]
