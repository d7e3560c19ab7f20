"""Stamps of what was sealed elsewhere, signatures that come later, and stamps that are not needed any more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from scenarios.test_verify_offline import CLUSTERS, CONFIG, LOCK, PROD, Fleet, change
from support import Repository
from unit.verify.made import VALUE, fingerprint, pair

from sealwright.sealing.stamp_signing import load_signing_key

STAGING = "clusters/staging/db.yaml"


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    fleet = Fleet(Repository.init(tmp_path / "fleet").path)
    for name, number in CLUSTERS.items():
        fleet.write(f"certs/{name}.pem", pair(number)[1])
        (tmp_path / f"{name}.key").write_bytes(pair(number)[0])
    fleet.write(".sealwright.yaml", CONFIG.format(prod=fingerprint(0), staging=fingerprint(1)))
    return fleet


def lines(fleet: Fleet) -> list[str]:
    path = fleet.path / LOCK
    return [line for line in path.read_text().splitlines() if line[0] != "#"] if path.exists() else []


def with_key(fleet: Fleet, *arguments: str, name: str = "prod") -> subprocess.CompletedProcess[bytes]:
    done = fleet.verify("--private-key", str(fleet.path.parent / f"{name}.key"), *arguments)
    assert VALUE not in done.stdout + done.stderr
    return done


def signing(fleet: Fleet, *, required: bool = True) -> str:
    """The path of a key that is trusted from now on."""
    path = fleet.path.parent / "stamp.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(path)], check=True, capture_output=True)
    trusted = load_signing_key(str(path)).public
    config = fleet.read(".sealwright.yaml").decode()
    fleet.write(".sealwright.yaml", f'{config}stamps: {{trusted: ["{trusted}"], required: {str(required).lower()}}}\n')
    return str(path)


class TestWriting:
    def test_what_kubeseal_sealed_is_proved_from_then_on(self, fleet: Fleet) -> None:
        fleet.seal(PROD, items=("a", "b"), stamps=False)
        assert {outcome for _, outcome, _ in fleet.verdicts()} == {"unknown"}
        assert (with_key(fleet).returncode, lines(fleet)) == (0, [])
        done = with_key(fleet, "--write-stamps")
        assert (done.returncode, done.stderr) == (0, b"2 stamps added: .sealwright.lock\n")
        assert {outcome for _, outcome, _ in fleet.verdicts()} == {"proved"}
        assert with_key(fleet, "--write-stamps").stderr == b"0 stamps added: .sealwright.lock\n"

    def test_what_does_not_open_is_not_stamped(self, fleet: Fleet) -> None:
        fleet.seal(PROD, stamps=False)
        change(fleet, "name: db", "name: db-2")
        fleet.seal("clusters/prod/web.yaml", "web", stamps=False)
        assert (with_key(fleet, "--write-stamps").returncode, len(lines(fleet))) == (1, 1)
        assert [outcome for _, outcome, _ in fleet.verdicts()] == ["unknown", "proved"]

    def test_another_clusters_key_is_not_stamped(self, fleet: Fleet) -> None:
        fleet.seal(PROD, by="staging", stamps=False)
        assert with_key(fleet, "--write-stamps", name="staging").returncode == 1
        assert lines(fleet) == []

    def test_signed_later_only_what_opened(self, fleet: Fleet) -> None:
        """The item of staging is as proved as it was, by its stamp alone: nobody has seen it open."""
        fleet.seal(PROD)
        fleet.seal(STAGING, by="staging")
        key = signing(fleet)
        assert {outcome for _, outcome, _ in fleet.verdicts()} == {"unknown"}
        done = with_key(fleet, "--write-stamps", "--stamp-key", key)
        assert b"1 signed stamp added" in done.stderr
        assert [line.count(" ") for line in sorted(lines(fleet), key=len)] == [4, 6]
        assert [(path, outcome) for path, outcome, _ in fleet.verdicts()] == [(PROD, "proved"), (STAGING, "unknown")]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--write-stamps",), "needs private keys"),
            (("--write-stamps", "--controller", "https://192.0.2.1"), "needs private keys"),
            (("--prune-stamps", "--staged"), "--staged"),
            (("--this-branch-only",), "needs --prune-stamps"),
        ],
    )
    def test_usage(self, fleet: Fleet, arguments: tuple[str, ...], words: str) -> None:
        fleet.seal(PROD)
        before = lines(fleet)
        done = fleet.verify(*arguments)
        assert (done.returncode, words in done.stderr.decode()) == (2, True)
        assert lines(fleet) == before

    def test_outside_of_a_repository(self, fleet: Fleet, tmp_path: Path) -> None:
        fleet.seal(PROD, stamps=False)
        (fleet.path / ".git").rename(tmp_path / "elsewhere")
        done = with_key(fleet, "--write-stamps")
        assert (done.returncode, b"this is none" in done.stderr) == (2, True)

    def test_a_signing_key_that_nobody_trusts(self, fleet: Fleet) -> None:
        fleet.seal(PROD, stamps=False)
        key = signing(fleet)
        fleet.write(".sealwright.yaml", CONFIG.format(prod=fingerprint(0), staging=fingerprint(1)))
        done = with_key(fleet, "--write-stamps", "--stamp-key", key)
        assert (done.returncode, lines(fleet)) == (2, [])


class TestPruning:
    def test_only_what_no_file_has(self, fleet: Fleet) -> None:
        for name in ("db", "web", "cache"):
            fleet.seal(f"clusters/prod/{name}.yaml", name)
        kept = lines(fleet)
        folded = fleet.read("clusters/prod/cache.yaml").decode()
        ciphertext = folded.split("password: ")[1].strip()
        folded = folded.replace(ciphertext, f"|\n      {ciphertext[:100]}\n      {ciphertext[100:]}")
        fleet.write("clusters/prod/cache.yaml", folded)
        assert fleet.verify("--prune-stamps", PROD).stderr == b"0 stamps taken out: .sealwright.lock\n"
        assert lines(fleet) == kept
        (fleet.path / "clusters/prod/web.yaml").rename(fleet.path / "notes.txt")
        assert fleet.verify("--prune-stamps").stderr == b"0 stamps taken out: .sealwright.lock\n"
        (fleet.path / "notes.txt").unlink()
        assert fleet.verify("--prune-stamps").stderr == b"1 stamp taken out: .sealwright.lock\n"
        assert lines(fleet) == [line for line in kept if "shop/web" not in line]

    def test_another_branch_may_need_it(self, fleet: Fleet) -> None:
        fleet.seal(PROD)
        fleet.git("add", "-A")
        fleet.git("commit", "-qm", "sealed")
        fleet.git("branch", "other")
        fleet.git("rm", "-q", PROD)
        fleet.git("commit", "-qm", "gone")
        assert fleet.verify("--prune-stamps").stderr == b"0 stamps taken out: .sealwright.lock\n"
        fleet.git("tag", "v1", "other")
        fleet.git("branch", "-qD", "other")
        assert fleet.verify("--prune-stamps").stderr == b"0 stamps taken out: .sealwright.lock\n"
        fleet.git("tag", "-d", "v1")
        assert len(lines(fleet)) == 1
        assert fleet.verify("--prune-stamps").stderr == b"1 stamp taken out: .sealwright.lock\n"
        assert lines(fleet) == []

    def test_unless_asked(self, fleet: Fleet) -> None:
        fleet.seal(PROD)
        fleet.git("add", "-A")
        fleet.git("commit", "-qm", "sealed")
        fleet.git("branch", "other")
        (fleet.path / PROD).unlink()
        assert len(lines(fleet)) == 1
        done = fleet.verify("--prune-stamps", "--this-branch-only")
        assert done.stderr == b"1 stamp taken out: .sealwright.lock\n"
        assert lines(fleet) == []

    def test_a_conflict_is_not_pruned_away(self, fleet: Fleet) -> None:
        fleet.seal(PROD)
        (fleet.path / PROD).unlink()
        damaged = fleet.read(LOCK) + b"<<<<<<< ours\n"
        fleet.write(LOCK, damaged)
        assert fleet.verify("--prune-stamps").returncode == 2
        assert fleet.read(LOCK) == damaged


def test_a_lock_file_of_an_old_mac(fleet: Fleet) -> None:
    fleet.seal(PROD)
    fleet.write(LOCK, fleet.read(LOCK).replace(b"\n", b"\r"))
    assert fleet.only()[0] == "proved"
    fleet.seal("clusters/prod/web.yaml", "web")
    assert {outcome for _, outcome, _ in fleet.verdicts()} == {"proved"}
