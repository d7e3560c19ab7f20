"""What becomes of each item: with private keys, by the controller, and where something stands in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from controller_stand_in import StandIn, serving
from unit.verify.made import key, manifest, pair, sealed

from sealwright.config import Cluster, Config, Controller
from sealwright.errors import CertificateError, NetworkError, SealwrightError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target
from sealwright.manifest.git import Repository as GitRepository
from sealwright.run.reseal import GROUP_FILES, ResealedFile, explained, reseal, written
from sealwright.run.reseal.renewal import ControllerResealer, Fate, KeyResealer, Renewal
from sealwright.run.reseal.resealers import Resealers, Wanted
from sealwright.run.stamping import Keeping
from sealwright.sealing.keys import PrivateKey
from sealwright.sealing.scheme import decode, open_sealed
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.sealing.sealing_key import of_private_key
from sealwright.sealing.stamps import Book, Entry, stamp_of
from sealwright.verify.by_controller import ControllerExaminer
from sealwright.verify.keys.backup import BackupKey
from sealwright.verify.keys.keyring import Keyring
from sealwright.verify.keys.opened import Opener

NEW, OLD, FOREIGN, RETIRED = (key(number) for number in range(4))
RING = Keyring((OLD, NEW), (BackupKey(RETIRED, "compromised"),))


def offline(keyring: Keyring = RING, new: PrivateKey = NEW, stamps: Book | None = None) -> KeyResealer:
    return KeyResealer(Opener(keyring), of_private_key(new, "it"), stamps or Book(()), foreign={}, proving=True)


def resealed(folder: Path, document: Any, resealer: Any) -> tuple[ResealedFile, list[Renewal]]:
    path = folder / "a.yaml"
    path.write_text(document if isinstance(document, str) else json.dumps(document, indent=1))
    [file] = reseal([Target("a.yaml", str(path))], lambda _: resealer, max_bytes=DEFAULT_MAX_BYTES)
    assert isinstance(file, ResealedFile)
    return file, explained(file.renewals, file.known, lambda _: resealer)


def fates(renewals: list[Renewal]) -> dict[str, str]:
    return {renewal.item.name: renewal.fate.value for renewal in renewals}


def opens_with(by: PrivateKey, text: str, scope: Scope = Scope.STRICT) -> bool:
    value = open_sealed(by.key, decode(text), label_as_read(scope, "prod", "db"))
    return value.reveal() == b"correct horse battery staple"


OBJECTS = {
    "under an older key": ({"a": sealed(by=OLD)}, {"a": "resealed"}),
    "under the newest key": ({"a": sealed()}, {"a": "current"}),
    "under both": ({"a": sealed(), "b": sealed(by=OLD)}, {"a": "current", "b": "resealed"}),
    "under a key out of use": ({"a": sealed(by=RETIRED)}, {"a": "resealed"}),
    "one does not open": ({"a": sealed(by=OLD), "b": sealed(by=FOREIGN)}, {"a": "left", "b": "fails"}),
    "one was moved": ({"a": sealed(by=OLD), "b": sealed(name="x", by=OLD)}, {"a": "left", "b": "fails"}),
    "one fails beside a current one": ({"a": sealed(), "b": "QUJD"}, {"a": "current", "b": "fails"}),
    "no base64": ({"a": sealed(by=OLD), "b": "Ag==="}, {"a": "left", "b": "fails"}),
    "a number": ({"a": sealed(by=OLD), "b": 1}, {"a": "left", "b": "fails"}),
    "filled in later": ({"a": sealed(by=OLD), "b": "${X}"}, {"a": "left", "b": "unknown"}),
    "no items": ({}, {"": "fails"}),
}


@pytest.mark.parametrize(("items", "expected"), OBJECTS.values(), ids=OBJECTS)
def test_what_becomes_of_items(items: dict[str, Any], expected: dict[str, str], tmp_path: Path) -> None:
    file, renewals = resealed(tmp_path, manifest(items), offline())
    assert fates(renewals) == expected
    assert all(renewal.reason for renewal in renewals if renewal.fate in {Fate.FAILS, Fate.LEFT, Fate.UNKNOWN})
    before, after = (json.loads(data) for data in (file.before, file.after))
    new = after["spec"].pop("encryptedData")
    assert before["spec"].pop("encryptedData") == items
    assert before == after
    for name, fate in expected.items():
        if fate == "resealed":
            assert new[name] != items[name]
            assert opens_with(NEW, new[name])
        elif name:
            assert new[name] == items[name]
    if "resealed" not in expected.values():
        assert file.after is file.before


@pytest.mark.parametrize("scope", Scope)
def test_every_scope(scope: Scope, tmp_path: Path) -> None:
    file, renewals = resealed(tmp_path, manifest({"a": sealed(scope=scope, by=OLD)}, scope=scope), offline())
    assert fates(renewals) == {"a": "resealed"}
    assert opens_with(NEW, json.loads(file.after)["spec"]["encryptedData"]["a"], scope)
    [stamp] = [renewal.stamp for renewal in renewals]
    assert stamp is not None
    assert (stamp.key, stamp.scope) == (NEW.fingerprint, scope)
    assert (stamp.namespace, stamp.name) == {
        Scope.STRICT: ("prod", "db"),
        Scope.NAMESPACE_WIDE: ("prod", ""),
        Scope.CLUSTER_WIDE: ("", ""),
    }[scope]


def test_the_old_format_is_resealed_as_well(tmp_path: Path) -> None:
    from sealwright.plaintext import Plaintext
    from sealwright.sealing.scheme import encode, seal

    inner = Plaintext(b'{"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}}')
    blob = seal(OLD.key.public_key(), inner, label_as_read(Scope.STRICT, "prod", "db"))
    document = manifest({})
    document["spec"] = {"data": encode(blob)}
    file, renewals = resealed(tmp_path, document, offline())
    assert fates(renewals) == {"spec.data": "resealed"}
    after = decode(json.loads(file.after)["spec"]["data"])
    assert open_sealed(NEW.key, after, label_as_read(Scope.STRICT, "prod", "db")) == inner


def test_a_namespace_for_those_that_name_none(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(json.dumps(manifest({"a": sealed(by=OLD)}, namespace=None)))
    target = Target("a.yaml", str(path))
    for namespace, expected in (("", Fate.FAILS), ("prod", Fate.RESEALED), ("dev", Fate.FAILS)):
        [file] = reseal([target], lambda _: offline(), namespace=namespace, max_bytes=DEFAULT_MAX_BYTES)
        assert isinstance(file, ResealedFile)
        assert [renewal.fate for renewal in file.renewals] == [expected]


def test_a_broken_document_does_not_stop_the_others(tmp_path: Path) -> None:
    good = json.dumps(manifest({"a": sealed(by=OLD)}))
    file, renewals = resealed(tmp_path, f"{good}\n---\nkind: SealedSecret\nspec: [\n---\n{good}\n", offline())
    assert [renewal.fate for renewal in renewals] == [Fate.RESEALED, Fate.RESEALED]
    assert [(problem.line, "does not parse" in problem.message) for problem in file.problems] == [(5, True)]
    assert b"\n---\nkind: SealedSecret\nspec: [\n---\n" in file.after


def test_the_key_is_said_before_and_after(tmp_path: Path) -> None:
    _, [one, two] = resealed(tmp_path, manifest({"a": sealed(by=OLD), "b": sealed(by=RETIRED)}), offline())
    assert (one.before, one.after, one.note) == (OLD.fingerprint, NEW.fingerprint, "")
    assert two.before == RETIRED.fingerprint
    assert "labelled `compromised`" in two.note


def test_without_the_new_private_key_a_stamp_tells_what_is_done(tmp_path: Path) -> None:
    text = sealed()
    document = manifest({"a": text, "b": sealed(by=OLD)})
    without = Keyring((OLD,))
    assert fates(resealed(tmp_path, document, offline(without))[1]) == {"a": "fails", "b": "left"}
    for name, expected in (("db", "current"), ("moved", "fails")):
        stamp = stamp_of(decode(text), NEW.fingerprint, Scope.STRICT, "prod", name)
        _, renewals = resealed(tmp_path, document, offline(without, stamps=Book([Entry(stamp)])))
        assert fates(renewals)["a"] == expected


def test_an_item_of_another_cluster_stays(tmp_path: Path) -> None:
    foreign = {OLD.fingerprint: "staging"}
    resealer = KeyResealer(Opener(RING), of_private_key(NEW, "it"), Book(()), foreign=foreign, proving=True)
    _, [one] = resealed(tmp_path, manifest({"a": sealed(by=OLD)}), resealer)
    assert (one.fate, one.reason) == (Fate.FAILS, "it is sealed with the key of cluster staging")


# The way of a file to its key.


def chosen(config: Config, wanted: Wanted, keyring: Keyring | None, path: str = "apps/a.yaml") -> str:
    return Resealers(config, None, wanted, Book(()), keyring).for_path(path).key


def test_which_key_is_the_new_one(tmp_path: Path) -> None:
    certificate = tmp_path / "new.pem"
    certificate.write_bytes(pair(0)[1])
    pinned = Cluster("prod", str(certificate), NEW.fingerprint, ("apps/**",))
    ring = Keyring((OLD, NEW), newest=OLD)
    assert chosen(Config(), Wanted(backups=1), ring) == OLD.fingerprint
    assert chosen(Config(), Wanted(str(certificate), backups=1), ring) == NEW.fingerprint
    assert chosen(Config(clusters=(pinned,)), Wanted(backups=1), ring) == NEW.fingerprint
    assert chosen(Config(clusters=(pinned,)), Wanted("prod", backups=3), ring, "other/a.yaml") == NEW.fingerprint
    assert chosen(Config(clusters=(pinned,)), Wanted(backups=1), ring, "other/a.yaml") == OLD.fingerprint


def test_a_key_that_may_be_the_wrong_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="several key files"):
        chosen(Config(), Wanted(backups=2), Keyring((OLD, NEW), newest=NEW))
    with pytest.raises(UsageError, match="does not say which"):
        chosen(Config(), Wanted(backups=1), Keyring((OLD, NEW)))
    certificate = tmp_path / "foreign.pem"
    certificate.write_bytes(pair(2)[1])
    stranger = Config(clusters=(Cluster("prod", str(certificate), FOREIGN.fingerprint),))
    with pytest.raises(CertificateError, match="is not among the given private keys"):
        chosen(stranger, Wanted(backups=1), Keyring((OLD, NEW), newest=NEW))
    assert chosen(stranger, Wanted("prod", backups=1), Keyring((OLD, NEW), newest=NEW)) == FOREIGN.fingerprint
    pinned = Config(clusters=(Cluster("prod", fingerprint=OLD.fingerprint),))
    with pytest.raises(CertificateError, match="is pinned"):
        chosen(pinned, Wanted(backups=1), Keyring((OLD, NEW), newest=NEW))


# By the controller.


@pytest.fixture
def controller() -> Iterator[StandIn]:
    with serving(StandIn(NEW, OLD, certificate=pair(0)[1])) as stand_in:
        yield stand_in


def asking(stand_in: StandIn, *, stamps: Book | None = None, **how: Any) -> ControllerResealer:
    from sealwright.run.controllers import controller_client

    client = controller_client(Controller(url=stand_in.base), None, plain=True)
    how = {"asking": True, "only_old": False} | how
    new = of_private_key(NEW, "it")
    return ControllerResealer(client, new, stamps or Book(()), ControllerExaminer(client), **how)


def stamps_for(*texts: str, by: PrivateKey) -> Book:
    return Book([Entry(stamp_of(decode(text), by.fingerprint, Scope.STRICT, "prod", "db")) for text in texts])


def test_the_controller_re_encrypts(controller: StandIn, tmp_path: Path) -> None:
    document = manifest({"a": sealed(by=OLD), "b": sealed(), "x.y-z": sealed(by=OLD)})
    document["spec"]["template"] = {"data": {"t": "{{ .a }}"}, "metadata": {"labels": {"app": "x"}}}
    document["metadata"]["labels"] = {"kept": "yes"}
    file, renewals = resealed(tmp_path, document, asking(controller))
    assert fates(renewals) == {"a": "resealed", "b": "resealed", "x.y-z": "resealed"}
    after = json.loads(file.after)
    assert all(opens_with(NEW, text) for text in after["spec"].pop("encryptedData").values())
    document["spec"].pop("encryptedData")
    assert after == document
    [body] = controller.asked("/v1/rotate")
    assert b"template" not in body
    assert b"kept" not in body
    assert all(renewal.stamp is not None and renewal.stamp.key == NEW.fingerprint for renewal in renewals)


def test_stamps_save_questions(controller: StandIn, tmp_path: Path) -> None:
    current, old, unknown = sealed(), sealed(by=OLD), sealed(by=OLD)
    document = manifest({"a": current, "b": old, "c": unknown})
    stamps = Book([*_entries(stamps_for(current, by=NEW), current), *_entries(stamps_for(old, by=OLD), old)])
    _, renewals = resealed(tmp_path, document, asking(controller, stamps=stamps))
    assert fates(renewals) == {"a": "current", "b": "resealed", "c": "resealed"}
    assert [renewal.before for renewal in renewals] == [NEW.fingerprint, OLD.fingerprint, ""]
    _, renewals = resealed(tmp_path, document, asking(controller, stamps=stamps, only_old=True))
    assert fates(renewals) == {"a": "current", "b": "resealed", "c": "left"}
    asked = len(controller.asked("/v1/rotate"))
    _, renewals = resealed(tmp_path, document, asking(controller, stamps=stamps, asking=False))
    assert fates(renewals) == {"a": "current", "b": "resealed", "c": "resealed"}
    assert len(controller.asked("/v1/rotate")) == asked


def _entries(book: Book, text: str) -> list[Entry]:
    from sealwright.sealing.stamps import digest_of

    return [Entry(stamp) for stamp in book.of(digest_of(decode(text)))[0]]


def test_an_object_that_the_controller_does_not_open_is_left_as_a_whole(controller: StandIn, tmp_path: Path) -> None:
    document = manifest({"a": sealed(by=OLD), "b": sealed(by=FOREIGN)})
    file, renewals = resealed(tmp_path, document, asking(controller))
    assert fates(renewals) == {"a": "left", "b": "fails"}
    assert file.after is file.before


ANSWERS = {
    "other sizes": {"0": sealed(by=key(0, 3072))},
    "a longer value": {"0": sealed() + "AAAA"},
    "the same again": {},
    "no base64": {"0": "!"},
}


@pytest.mark.parametrize("items", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_cannot_be_the_same_value_stops_it(
    items: dict[str, str], controller: StandIn, tmp_path: Path
) -> None:
    text = sealed(by=OLD)
    body = json.dumps({"metadata": {}, "spec": {"encryptedData": items or {"0": text}}}).encode()
    controller.answers["/v1/rotate"] = (200, body)
    with pytest.raises(SealwrightError, match="did not answer with the same item"):
        resealed(tmp_path, manifest({"a": text}), asking(controller))


def test_a_controller_with_another_key_than_the_pinned_one_is_refused(controller: StandIn) -> None:
    cluster = Cluster("prod", fingerprint=OLD.fingerprint, controller=Controller(url=controller.base))
    with pytest.raises(SealwrightError):
        chosen(Config(clusters=(cluster,)), Wanted(), None)
    assert controller.asked("/v1/rotate") == []


# Groups.


def test_what_was_finished_is_kept_when_the_controller_goes(controller: StandIn, tmp_path: Path) -> None:
    targets = []
    for number in range(3):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(manifest({"a": sealed(by=OLD)})))
        targets.append(Target(path.name, str(path)))
    resealer = asking(controller)
    renew = resealer.renew

    def turn(items: Any) -> list[Renewal]:
        if len(controller.asked("/v1/rotate")) == 2:
            controller.answers["/v1/rotate"] = (403, b"no")
        return renew(items)

    resealer.renew = turn  # type: ignore[method-assign]
    files = reseal(targets, lambda _: resealer, max_bytes=DEFAULT_MAX_BYTES)
    done: list[str] = []

    def run() -> None:
        for file in written(files, None, Keeping()):
            assert not isinstance(file, Problem)
            done.append(file.target.path)

    with pytest.raises(NetworkError):
        run()
    assert done == ["0.json", "1.json"]
    items = [json.loads((tmp_path / name).read_text())["spec"]["encryptedData"]["a"] for name in done]
    assert all(opens_with(NEW, text) for text in items)


def test_groups_are_written_with_their_stamps(tmp_path: Path) -> None:
    text = json.dumps(manifest({"a": sealed(by=OLD)}))
    targets = []
    for number in range(GROUP_FILES + 1):
        (tmp_path / f"{number}.json").write_text(text)
        targets.append(Target(f"{number}.json", str(tmp_path / f"{number}.json")))
    resealer = offline()
    results = written(
        reseal(targets, lambda _: resealer, max_bytes=DEFAULT_MAX_BYTES), GitRepository(str(tmp_path)), Keeping()
    )
    next(results)
    changed = [target for target in targets if Path(target.location).read_text() != text]
    assert changed == targets[:GROUP_FILES]
    assert (tmp_path / ".sealwright.lock").read_text().count("strict prod/db") == GROUP_FILES
    assert len(list(results)) == GROUP_FILES
    assert (tmp_path / ".sealwright.lock").read_text().count("strict prod/db") == GROUP_FILES + 1
