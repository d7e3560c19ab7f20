"""`sealwright verify` with certificates and stamps, as people run it over a repository of two clusters."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from support import Repository, posix_only, run_program
from unit.verify.made import VALUE, fingerprint, key, pair, sealed

from sealwright.manifest import git
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.stamping import Keeping, with_stamps
from sealwright.sealing import go_base64, keypair
from sealwright.sealing.scope import Scope, annotations_for
from sealwright.sealing.stamp_signing import load_signing_key
from sealwright.sealing.stamps import stamp_of

LOCK = ".sealwright.lock"
CONFIG = """\
clusters:
  prod:
    paths: [clusters/prod/**]
    certificate: certs/prod.pem
    fingerprint: "{prod}"
  staging:
    paths: [clusters/staging/**]
    certificate: certs/staging.pem
    fingerprint: "{staging}"
"""
CLUSTERS = {"prod": 0, "staging": 1}


class Fleet(Repository):
    """A repository in which things are sealed, with stamps."""

    keeping = Keeping()

    def seal(
        self,
        path: str,
        name: str = "db",
        *,
        by: str = "prod",
        scope: Scope = Scope.STRICT,
        items: tuple[str, ...] = ("password",),
        stamps: bool = True,
    ) -> str:
        """A new SealedSecret of shop/`name` at the path, in one transaction with its stamps."""
        texts = {item: sealed("shop", name, scope, key(CLUSTERS[by])) for item in items}
        annotations = "".join(f'    {field}: "{value}"\n' for field, value in annotations_for(scope).items())
        text = (
            f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: shop\n"
            f"{'  annotations:' if annotations else ''}\n{annotations}spec:\n  encryptedData:\n"
        ) + "".join(f"    {item}: {sealed_text}\n" for item, sealed_text in texts.items())
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        pin = fingerprint(CLUSTERS[by])
        made = [stamp_of(go_base64.decode(item), pin, scope, "shop", name) for item in texts.values()]
        target = self.path / path
        before = target.read_bytes() if target.exists() else None
        changes = [FileChange(str(target), before, text.encode())]
        commit(with_stamps(changes, made if stamps else [], git.Repository(str(self.path)), self.keeping))
        return text

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return run_program("sealwright", "verify", *arguments, cwd=self.path)

    def verdicts(self, *arguments: str) -> list[tuple[str, str, str]]:
        """(path, verdict, reason) of every item."""
        done = self.verify("--format", "json", *arguments)
        assert done.stderr == b""
        report: dict[str, Any] = json.loads(done.stdout)
        return [(each["path"], each["verdict"], each["reason"]) for each in report["verdicts"]]

    def only(self, *arguments: str) -> tuple[str, str]:
        [(_, outcome, reason)] = self.verdicts(*arguments)
        return outcome, reason


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    fleet = Fleet(Repository.init(tmp_path / "fleet").path)
    for name, number in CLUSTERS.items():
        fleet.write(f"certs/{name}.pem", pair(number)[1])
    fleet.write(".sealwright.yaml", CONFIG.format(prod=fingerprint(0), staging=fingerprint(1)))
    return fleet


PROD = "clusters/prod/db.yaml"


def change(fleet: Fleet, old: str, new: str) -> None:
    text = fleet.read(PROD).decode()
    assert old in text
    fleet.write(PROD, text.replace(old, new))


def test_renamed(fleet: Fleet) -> None:
    fleet.seal(PROD)
    change(fleet, "name: db", "name: db-2")
    assert fleet.only() == ("refuted", "sealed for shop/db (strict): renamed after sealing")


def test_moved_to_another_namespace(fleet: Fleet) -> None:
    fleet.seal(PROD)
    change(fleet, "namespace: shop", "namespace: store")
    assert fleet.only() == ("refuted", "sealed for shop/db (strict): moved to another namespace after sealing")


def test_scope_flipped(fleet: Fleet) -> None:
    fleet.seal(PROD)
    change(fleet, "  namespace", '  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n  namespace')
    reason = "sealed for shop/db (strict): its scope was changed to cluster-wide after sealing"
    assert fleet.only() == ("refuted", reason)


def test_annotation_dropped(fleet: Fleet) -> None:
    fleet.seal(PROD, scope=Scope.NAMESPACE_WIDE)
    change(fleet, '"true"', '"True"')
    reason = "sealed for shop (namespace-wide): its scope was changed to strict after sealing"
    assert fleet.only() == ("refuted", reason)


def test_sealed_for_another_cluster(fleet: Fleet) -> None:
    fleet.seal(PROD, by="staging")
    assert fleet.only() == ("refuted", "sealed with the key of cluster staging")


@pytest.mark.parametrize("at", [30, 200, -8])
def test_edited_by_hand(fleet: Fleet, at: int) -> None:
    text = fleet.seal(PROD).strip()
    spot = text.rindex(" ") + at if at > 0 else len(text) + at
    fleet.write(PROD, f"{text[:spot]}{'A' if text[spot] != 'A' else 'B'}{text[spot + 1 :]}\n")
    reason = "its content was changed or cut off after sealing (it was sealed for shop/db (strict))"
    assert fleet.only() == ("refuted", reason)


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (4, "its content was changed or cut off after sealing"),
        (1, "it is not base64"),
        (200, "it was cut off: it is shorter than any sealed value"),
    ],
)
def test_truncated(fleet: Fleet, cut: int, words: str) -> None:
    fleet.write(PROD, fleet.seal(PROD).strip()[:-cut] + "\n")
    outcome, reason = fleet.only()
    assert (outcome, words in reason) == ("refuted", True), reason


def test_proved_wherever_the_file_goes(fleet: Fleet) -> None:
    fleet.seal(PROD, items=("password", "token"))
    fleet.seal("clusters/staging/db.yaml", by="staging")
    assert fleet.verify().returncode == 0
    (fleet.path / "clusters/prod/deep").mkdir()
    (fleet.path / PROD).rename(fleet.path / "clusters/prod/deep/other.yaml")
    outcomes = {outcome for _, outcome, _ in fleet.verdicts("--require-proof")}
    assert outcomes == {"proved"}
    (fleet.path / "clusters/prod/deep/other.yaml").rename(fleet.path / "clusters/staging/other.yaml")
    moved = [found for found in fleet.verdicts() if "other" in found[0]]
    assert {found[1:] for found in moved} == {("refuted", "sealed with the key of cluster prod")}


def test_no_cluster_has_the_path(fleet: Fleet) -> None:
    fleet.seal("apps/db.yaml", stamps=False)
    outcome, reason = fleet.only()
    assert (outcome, "no cluster of .sealwright.yaml has this path" in reason) == ("unknown", True)
    assert fleet.verify().returncode == 0
    assert fleet.verify("--require-proof").returncode == 1
    assert fleet.only("--cluster", "prod")[1].startswith("no stamp proves it")


def test_from_a_folder_below(fleet: Fleet) -> None:
    fleet.seal(PROD)
    done = run_program("sealwright", "verify", ".", cwd=fleet.path / "clusters")
    assert done.returncode == 0
    assert b"proved" in done.stdout


def test_the_next_commit_has_stamps_of_its_own(fleet: Fleet) -> None:
    fleet.commit()
    fleet.seal(PROD)
    fleet.add(PROD)
    assert fleet.only("--staged")[0] == "unknown"
    fleet.add(LOCK)
    assert fleet.only("--staged")[0] == "proved"


def test_no_value_and_no_ciphertext_in_any_report(fleet: Fleet) -> None:
    text = fleet.seal(PROD).split()[-1]
    change(fleet, "name: db", "name: web")
    for form in ("text", "json", "github", "sarif"):
        said = fleet.verify("--format", form).stdout
        assert b"renamed" in said
        assert VALUE not in said
        assert text[:24].encode() not in said
    assert VALUE not in fleet.read(LOCK)


# -- evidence


def test_a_certificate_of_ones_own(fleet: Fleet) -> None:
    fleet.seal("apps/db.yaml")
    assert fleet.only("--certificate", "certs/prod.pem", "apps")[0] == "proved"
    assert fleet.only("--certificate", "prod", "apps")[0] == "proved"
    assert fleet.only("--certificate", "certs/staging.pem", "apps") == (
        "refuted",
        "sealed with the key of cluster prod",
    )
    both = ("--certificate", "certs/staging.pem", "--certificate", "certs/prod.pem")
    assert fleet.only(*both, "apps")[0] == "proved"
    pin = ("--fingerprint", fingerprint(1))
    done = fleet.verify("--certificate", "certs/prod.pem", *pin, "apps")
    assert (done.returncode, b"is pinned" in done.stderr) == (2, True)


def test_an_expired_certificate_is_said_and_does_not_matter(fleet: Fleet) -> None:
    expired = keypair._self_signed(key().key, "old", datetime(2020, 1, 1, tzinfo=timezone.utc), days=1)
    fleet.write("certs/prod.pem", expired.public_bytes(Encoding.PEM))
    fleet.seal(PROD)
    done = fleet.verify()
    assert done.returncode == 0
    assert b"proved" in done.stdout
    assert b"The certificate of cluster prod expired on 2020-01-02" in done.stdout
    done = fleet.verify("--certificate", "certs/prod.pem")
    assert done.returncode == 0
    assert b"The certificate certs/prod.pem expired on 2020-01-02" in done.stdout


def test_an_address_is_not_fetched_unless_named(fleet: Fleet) -> None:
    config = fleet.read(".sealwright.yaml").decode()
    fleet.write(".sealwright.yaml", config.replace("certs/prod.pem", "https://127.0.0.1:9/v1/cert.pem"))
    fleet.seal(PROD, stamps=False)
    done = fleet.verify()
    assert done.returncode == 0
    assert b"which is not fetched here" in done.stdout
    assert fleet.verify("--cluster", "prod").returncode == 3
    assert fleet.verify("--cluster", "prod", "--offline").returncode == 0


def test_earlier_keys(fleet: Fleet) -> None:
    fleet.seal(PROD)
    config = fleet.read(".sealwright.yaml").decode().replace("clusters/staging", "clusters/other")
    renewed = config.replace("certs/prod.pem", "certs/staging.pem").replace(fingerprint(0), fingerprint(1))
    renewed = renewed.partition("  staging:")[0]
    fleet.write(".sealwright.yaml", renewed)
    outcome, reason = fleet.only()
    assert (outcome, "previous-fingerprints" in reason) == ("refuted", True)
    fleet.write(".sealwright.yaml", f'{renewed}    previous-fingerprints: ["{fingerprint(0)}"]\n')
    outcome, reason = fleet.only()
    assert (outcome, "old, not broken" in reason) == ("proved", True)


USAGE = {
    "nothing": ((), "nothing to verify with"),
    "no such cluster": (("--cluster", "prd"), "names no cluster"),
    "both": (("--cluster", "prod", "--certificate", "certs/prod.pem"), "both say what to verify with"),
    "no such file": (("--certificate", "none.pem"), "no such certificate file"),
    "a key": (("--certificate", "../prod.key"), "this is a private key, not a certificate"),
    "another pin": (("--cluster", "prod", "--fingerprint", f"sha256:{'0' * 64}"), "is pinned"),
    "an empty pin": (("--certificate", "certs/prod.pem", "--fingerprint", ""), "--fingerprint is empty"),
    "an empty cluster": (("--cluster=",), "--cluster is empty"),
    "an empty controller": (("--controller", ""), "--controller is empty"),
    "a pin for nothing": (("--fingerprint", f"sha256:{'0' * 64}"), "--fingerprint pins what"),
    "offline": (("--controller", "https://127.0.0.1:9", "--offline"), "asks over the network"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_used_ends_with_2(arguments: tuple[str, ...], words: str, fleet: Fleet) -> None:
    (fleet.path.parent / "prod.key").write_bytes(pair()[0])
    if not arguments:
        (fleet.path / ".sealwright.yaml").unlink()
    fleet.seal(PROD)
    done = fleet.verify(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert b"hint: " in done.stderr


# -- the lock file


def two_branches(fleet: Fleet, *, union: bool) -> subprocess.CompletedProcess[str]:
    """Both branches seal something, and one is merged into the other."""
    if union:
        fleet.write(".gitattributes", f"{LOCK} merge=union\n")
    fleet.seal(PROD)
    fleet.commit()
    fleet.git("checkout", "-q", "-b", "theirs")
    fleet.seal("clusters/prod/theirs.yaml", "theirs")
    fleet.commit()
    fleet.git("checkout", "-q", "main")
    fleet.seal("clusters/prod/ours.yaml", "ours")
    fleet.commit()
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "merge", "--quiet", "theirs"]
    return subprocess.run(command, cwd=fleet.path, capture_output=True, text=True, check=False)


def test_two_branches_that_seal_are_merged_by_union(fleet: Fleet) -> None:
    assert two_branches(fleet, union=True).returncode == 0
    assert [outcome for _, outcome, _ in fleet.verdicts("--require-proof")] == ["proved"] * 3
    fleet.seal("clusters/prod/more.yaml", "more")
    lines = [line for line in fleet.read(LOCK).splitlines() if not line.startswith(b"#")]
    assert lines == sorted(lines)
    assert len(lines) == 4


def test_a_conflict_is_an_error_that_says_how_to_end_it(fleet: Fleet) -> None:
    assert two_branches(fleet, union=False).returncode != 0
    number = fleet.read(LOCK).splitlines().index(b"<<<<<<< HEAD") + 1
    done = fleet.verify()
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"error: {LOCK}:{number}: a merge conflict is not resolved" in done.stderr.decode()
    assert b"merge=union" in done.stderr
    kept = [line for line in fleet.read(LOCK).splitlines() if not line.startswith((b"<<<", b"===", b">>>"))]
    fleet.write(LOCK, b"\n".join(kept))
    assert [outcome for _, outcome, _ in fleet.verdicts("--require-proof")] == ["proved"] * 3


@posix_only
@pytest.mark.parametrize("kind", ["large", "binary", "link", "pipe"])
def test_hostile_lock_files(fleet: Fleet, kind: str) -> None:
    fleet.seal(PROD)
    place = fleet.path / LOCK
    place.unlink()
    if kind == "large":
        place.write_bytes(b"strict a/b\n" * 10_000_000)
    elif kind == "binary":
        place.write_bytes(bytes(range(256)) * 40)
    elif kind == "link":
        place.symlink_to("/etc/passwd")
    else:
        os.mkfifo(place)
    done = fleet.verify()
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"error: {LOCK}")
    assert b"root:" not in done.stderr
    assert b"hint: " in done.stderr


def test_signatures(fleet: Fleet, tmp_path: Path) -> None:
    for name in ("stamp", "other"):
        command = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(tmp_path / f"{name}.key")]
        subprocess.run(command, check=True, capture_output=True)
    ours, theirs = (load_signing_key(str(tmp_path / f"{name}.key")).public for name in ("stamp", "other"))
    fleet.write(".sealwright.yaml", fleet.read(".sealwright.yaml") + f"stamps: {{trusted: ['{ours}']}}\n".encode())
    fleet.seal(PROD)
    outcome, reason = fleet.only()
    assert (outcome, reason.partition(",")[0]) == ("unknown", "its stamp is not signed")
    fleet.keeping = Keeping(key_file=str(tmp_path / "other.key"), trusted=(theirs,))
    fleet.seal(PROD)
    assert fleet.only()[1].startswith("its stamp is signed with a key that is not trusted here")
    fleet.keeping = Keeping(key_file=str(tmp_path / "stamp.key"), trusted=(ours,))
    fleet.seal(PROD)
    assert fleet.only("--require-proof")[0] == "proved"
    forged = fleet.read(LOCK).replace(b" shop/db ", b" shop/web ")
    fleet.write(LOCK, forged)
    change(fleet, "name: db", "name: web")
    assert fleet.only()[1].startswith("the signature of its stamp is wrong")


# -- reports


def test_the_closing_line_counts_honestly(fleet: Fleet) -> None:
    fleet.seal(PROD)
    fleet.seal("clusters/prod/b.yaml", "b", stamps=False)
    said = fleet.verify().stdout.decode()
    assert said.endswith("\nOf 2 items 1 is proved. 1 is neither proved nor refuted.\n")
    fleet.seal("clusters/prod/c.yaml", "c", by="staging")
    said = fleet.verify("--require-proof").stdout.decode()
    assert said.endswith(
        "\n1 of 3 items does not open. 1 is proved. 1 is neither proved nor refuted. "
        "That fails, as --require-proof wants it.\n"
    )


def test_what_is_unknown_is_said_in_every_format(fleet: Fleet) -> None:
    fleet.seal(PROD, stamps=False)
    words = "1 of 1 item is neither proved nor refuted"
    assert f"::notice title=sealwright verify::{words}" in fleet.verify("--format", "github").stdout.decode()
    [run] = json.loads(fleet.verify("--format", "sarif").stdout)["runs"]
    assert run["invocations"][0]["toolExecutionNotifications"] == [{"level": "note", "message": {"text": words}}]
    assert run["results"] == []
    strict = ("--require-proof", "--format")
    assert fleet.verify(*strict, "github").stdout.startswith(b"::error file=clusters/prod/db.yaml")
    [run] = json.loads(fleet.verify(*strict, "sarif").stdout)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["sealed-secret-is-not-proved"]
