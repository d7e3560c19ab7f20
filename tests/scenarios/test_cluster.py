"""`sealwright cluster` as people run it, against a controller's stand-in: pinning, checking, and what it refuses."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from controller_stand_in import Authority, StandIn, serving
from support import Repository, run_program
from unit.verify.made import fingerprint, key, key_secret, pair

from sealwright.sealing.keypair import generate_keypair

TOKEN = secrets.token_urlsafe(24)
COMMENTED = "# what we skip\nscan:\n  skip-files: ['docs/**']  # samples\n"


@pytest.fixture
def controller() -> Iterator[StandIn]:
    with serving(StandIn(key(), certificate=pair()[1])) as stand_in:
        yield stand_in


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repository")


def cluster(
    repository: Repository, *arguments: str | Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return run_program("sealwright", "cluster", *arguments, cwd=repository.path, env=env)


def done(repository: Repository, *arguments: str | Path, code: int = 0, env: Mapping[str, str] | None = None) -> str:
    result = cluster(repository, *arguments, env=env)
    assert result.returncode == code, result.stderr.decode() + result.stdout.decode()
    return (result.stdout if code in (0, 1) else result.stdout + result.stderr).decode()


def configured(repository: Repository) -> dict[str, Any]:
    content = yaml.safe_load(repository.read(".sealwright.yaml"))
    assert isinstance(content, dict)
    return content


def report(repository: Repository, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    [found] = json.loads(cluster(repository, "check", "--format", "json", *arguments).stdout)["clusters"]
    assert isinstance(found, dict)
    assert cluster(repository, "check", *arguments).returncode == code
    return found


def levels(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(remark["level"], remark["check"]) for remark in found["remarks"] if remark["level"] != "note"}


class TestAdd:
    def test_pins_what_the_controller_hands_out(self, repository: Repository, controller: StandIn) -> None:
        repository.write(".sealwright.yaml", COMMENTED)
        said = done(repository, "add", "prod", "--controller", controller.base, "--paths", "clusters/prod/**")
        assert fingerprint() in said
        assert "2048 bits" in said
        assert repository.read("certs/prod.pem") == pair()[1]
        assert repository.read(".sealwright.yaml").decode().startswith(COMMENTED)
        assert configured(repository)["clusters"]["prod"] == {
            "paths": ["clusters/prod/**"],
            "certificate": "certs/prod.pem",
            "fingerprint": fingerprint(),
            "controller": controller.base,
        }

    def test_what_is_pinned_can_be_sealed_for(self, repository: Repository, controller: StandIn) -> None:
        done(repository, "add", "prod", "--controller", controller.base)
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "prod"}}
        repository.write("a.yaml", json.dumps(secret | {"stringData": {"a": "x"}}))
        sealing = run_program(
            "sealwright", "seal", "--in-place", "--certificate", "prod", "a.yaml", cwd=repository.path
        )
        assert sealing.returncode == 0, sealing.stderr
        verifying = run_program("sealwright", "verify", "--controller", "prod", cwd=repository.path)
        assert verifying.returncode == 0, verifying.stderr

    def test_from_a_folder_below_the_root(self, repository: Repository, controller: StandIn) -> None:
        repository.write("apps/deep/x", "")
        below = Repository(repository.path / "apps" / "deep")
        done(below, "add", "prod", "--controller", controller.base)
        assert repository.read("certs/prod.pem") == pair()[1]
        assert configured(repository)["clusters"]["prod"]["certificate"] == "certs/prod.pem"

    def test_twice_is_once(self, repository: Repository, controller: StandIn) -> None:
        done(repository, "add", "prod", "--controller", controller.base)
        before = repository.read(".sealwright.yaml")
        assert "Nothing to write" in done(repository, "add", "prod")
        assert repository.read(".sealwright.yaml") == before

    def test_refuses_another_key_unasked(self, repository: Repository, controller: StandIn) -> None:
        done(repository, "add", "prod", "--controller", controller.base)
        before = repository.read(".sealwright.yaml"), repository.read("certs/prod.pem")
        controller.certificate = pair(1)[1]
        said = done(repository, "add", "prod", code=2)
        assert fingerprint(0) in said
        assert fingerprint(1) in said
        assert (repository.read(".sealwright.yaml"), repository.read("certs/prod.pem")) == before

    @pytest.mark.parametrize("how", ["--rotated", "--replace"])
    def test_takes_another_key_where_it_is_told_to(self, repository: Repository, controller: StandIn, how: str) -> None:
        done(repository, "add", "prod", "--controller", controller.base)
        for number in (1, 2):
            controller.certificate = pair(number)[1]
            assert fingerprint(number) in done(repository, "add", "prod", how)
        entry = configured(repository)["clusters"]["prod"]
        assert entry["fingerprint"] == fingerprint(2)
        assert entry.get("previous-fingerprints", []) == (
            [fingerprint(1), fingerprint(0)] if how == "--rotated" else []
        )
        assert repository.read("certs/prod.pem") == pair(2)[1]

    def test_a_certificate_of_the_repository_stays_where_it_is(self, repository: Repository) -> None:
        repository.write("keys/p.pem", pair()[1])
        done(repository, "add", "prod", "--certificate", "keys/p.pem")
        assert configured(repository)["clusters"]["prod"]["certificate"] == "keys/p.pem"
        assert not (repository.path / "certs").exists()

    def test_a_private_key_beside_the_certificate_stays_outside(self, repository: Repository, tmp_path: Path) -> None:
        (tmp_path / "both.pem").write_bytes(pair()[0] + pair()[1])
        done(repository, "add", "prod", "--certificate", tmp_path / "both.pem")
        assert repository.read("certs/prod.pem") == pair()[1]

    def test_through_the_clusters_api(self, repository: Repository, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        with serving(StandIn(key(), certificate=pair()[1]), authority.server()) as api:
            api.token = TOKEN
            path = kubeconfig(tmp_path, api.base, authority, {"token": TOKEN})
            found = ("--controller-name", "sealed-secrets-controller", "--controller-namespace", "kube-system")
            said = done(repository, "add", "prod", "--kubeconfig", path, "--context", "prod", *found)
            assert TOKEN not in said
            assert TOKEN.encode() not in repository.read(".sealwright.yaml")
            entry = configured(repository)["clusters"]["prod"]["controller"]
            assert entry == {
                "kubeconfig": str(path),
                "context": "prod",
                "namespace": "kube-system",
                "name": "sealed-secrets-controller",
            }
            assert done(repository, "check").startswith("prod  ok")

    def test_a_kubeconfig_at_home_is_written_as_everybodys(self, repository: Repository, tmp_path: Path) -> None:
        with serving(StandIn(key(), certificate=pair()[1])) as api:
            path = kubeconfig(tmp_path / "home" / ".kube", api.base, None, {})
            home = {"HOME": str(tmp_path / "home"), "USERPROFILE": str(tmp_path / "home")}
            done(repository, "add", "a", "--kubeconfig", path, env=home)
            assert configured(repository)["clusters"]["a"]["controller"] == {"kubeconfig": "~/.kube/config"}
            assert done(repository, "check", env=home).startswith("a  ok")
            done(repository, "add", "b", "--context", "prod", env=home)
            assert configured(repository)["clusters"]["b"]["controller"] == {"context": "prod"}

    REFUSED = (
        (("add", "prod"), "nothing says where its certificate is"),
        (("add", "../x", "--certificate", "ours.pem"), "cannot be a cluster's name"),
        (("add", "a b", "--certificate", "ours.pem"), "cannot be a cluster's name"),
        (("add", "prod", "--certificate", "none.pem"), "cannot be read"),
        (("add", "prod", "--certificate", "key.pem"), "this is a private key"),
        (("add", "prod", "--certificate", "expired.pem"), "expired on"),
        (("add", "prod", "--certificate", "ours.pem", "--fingerprint", f"sha256:{'0' * 64}"), "is pinned"),
        (("add", "prod", "--controller", "http://192.0.2.1"), "plain http"),
        (("add", "prod", "--controller", "https://u:p@192.0.2.1"), "user name or password"),
        (("add", "prod", "--controller", "https://192.0.2.1", "--context", "x"), "does not go together"),
        (("add", "prod", "--kubeconfig", "none"), "cannot be read"),
        (("check", "prod"), "no clusters are configured"),
    )

    @pytest.mark.parametrize(("arguments", "words"), REFUSED)
    def test_what_must_not_be_pinned(
        self, repository: Repository, tmp_path: Path, arguments: tuple[str, ...], words: str
    ) -> None:
        long_ago = datetime.now(timezone.utc) - timedelta(days=400)
        repository.write("ours.pem", pair()[1])
        repository.write("key.pem", pair()[0])
        repository.write("expired.pem", generate_keypair(bits=2048, days=1, now=long_ago)[1])
        assert words in done(repository, *arguments, code=2)
        assert not (repository.path / ".sealwright.yaml").exists()
        assert not (repository.path / "certs").exists()

    def test_a_file_that_cannot_be_edited_stays_as_it_is(self, repository: Repository, controller: StandIn) -> None:
        repository.write(".sealwright.yaml", "{scan: {}}\n")
        said = done(repository, "add", "prod", "--controller", controller.base, code=2)
        assert f'fingerprint: "{fingerprint()}"' in said
        assert repository.read(".sealwright.yaml") == b"{scan: {}}\n"
        assert not (repository.path / "certs").exists()

    def test_another_certificate_in_its_place_is_not_written_over(
        self, repository: Repository, controller: StandIn
    ) -> None:
        repository.write("certs/prod.pem", pair(1)[1])
        assert "another certificate" in done(repository, "add", "prod", "--controller", controller.base, code=2)
        assert repository.read("certs/prod.pem") == pair(1)[1]


def kubeconfig(folder: Path, server: str, authority: Authority | None, user: dict[str, Any]) -> Path:
    trust = {"certificate-authority-data": b64encode(authority.pem).decode()} if authority else {}
    content = {
        "current-context": "prod",
        "clusters": [{"name": "c", "cluster": {"server": server, **trust}}],
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": user}],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config"
    path.write_text(yaml.safe_dump(content))
    return path


class TestCheck:
    @pytest.fixture
    def pinned(self, repository: Repository, controller: StandIn) -> Repository:
        done(repository, "add", "prod", "--controller", controller.base)
        return repository

    def test_all_is_well(self, pinned: Repository) -> None:
        found = report(pinned)
        assert (found["status"], levels(found)) == ("ok", set())
        assert found["certificate"]["fingerprint"] == fingerprint()
        assert done(pinned, "list").startswith("prod  key ")

    def test_a_newer_key_is_no_failure(self, pinned: Repository, controller: StandIn) -> None:
        later = datetime.now(timezone.utc) + timedelta(days=1)
        controller.certificate = generate_keypair(bits=2048, now=later)[1]
        found = report(pinned)
        assert (found["status"], levels(found)) == ("warning", {("warning", "current")})
        assert "stale, not broken" in done(pinned, "check")
        assert levels(report(pinned, "--offline")) == set()

    def test_an_older_key_is_one(self, pinned: Repository, controller: StandIn) -> None:
        earlier = datetime.now(timezone.utc) - timedelta(days=1)
        controller.certificate = generate_keypair(bits=2048, now=earlier)[1]
        assert levels(report(pinned, code=1)) == {("error", "current")}

    @pytest.mark.parametrize(
        ("days", "arguments", "code", "expected"),
        [
            (20, (), 0, {("warning", "expiry")}),
            (20, ("--expiry-days", "10"), 0, set()),
            (400, ("--expiry-days", "500"), 0, {("warning", "expiry")}),
            (400, (), 0, set()),
            (-5, (), 1, {("error", "expiry")}),
        ],
    )
    def test_the_end_of_a_certificate(
        self, repository: Repository, days: int, arguments: tuple[str, ...], code: int, expected: set[tuple[str, str]]
    ) -> None:
        now = datetime.now(timezone.utc) - timedelta(days=30)
        _, certificate = generate_keypair(bits=2048, days=days + 30, now=now)
        repository.write("prod.pem", certificate)
        pin = cluster_pin(certificate)
        repository.write(".sealwright.yaml", f'clusters: {{prod: {{certificate: prod.pem, fingerprint: "{pin}"}}}}\n')
        assert levels(report(repository, *arguments, code=code)) == expected

    def test_an_exchanged_certificate(self, pinned: Repository) -> None:
        pinned.write("certs/prod.pem", pair(1)[1])
        found = report(pinned, "--offline", code=1)
        assert levels(found) == {("error", "fingerprint")}
        assert fingerprint(0) in found["remarks"][-1]["message"]
        assert fingerprint(1) in found["remarks"][-1]["message"]

    @pytest.mark.parametrize("content", [None, b"", b"nonsense", pair()[0]])
    def test_a_certificate_that_is_none(self, pinned: Repository, content: bytes | None) -> None:
        path = pinned.path / "certs" / "prod.pem"
        path.unlink() if content is None else path.write_bytes(content)
        assert ("error", "certificate") in levels(report(pinned, "--offline", code=1))

    def test_a_key_that_is_not_pinned(self, repository: Repository) -> None:
        repository.write("prod.pem", pair()[1])
        repository.write(".sealwright.yaml", "clusters: {prod: {certificate: prod.pem}}\n")
        assert levels(report(repository, code=1)) == {("error", "fingerprint")}

    def test_a_backup_that_belongs_to_it(self, pinned: Repository, tmp_path: Path) -> None:
        cases: dict[str, tuple[dict[str, Any], int, set[tuple[str, str]]]] = {
            "its own": (key_secret(0), 0, set()),
            "another": (key_secret(1), 1, {("error", "private-key")}),
        }
        for name, (secret, code, expected) in cases.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(secret))
            found = report(pinned, "--private-key", tmp_path / f"{name}.json", code=code)
            assert levels(found) == expected, name

    def test_a_backup_whose_certificate_is_of_another_key(self, pinned: Repository, tmp_path: Path) -> None:
        (tmp_path / "mixed.json").write_text(json.dumps(key_secret(0, certificate_of=1)))
        said = done(pinned, "check", "--private-key", tmp_path / "mixed.json", code=2)
        assert "`tls.crt` does not belong to `tls.key`" in said

    def test_a_controller_that_cannot_be_asked(self, pinned: Repository, controller: StandIn) -> None:
        controller.answers["/v1/cert.pem"] = (503, b"")
        assert levels(report(pinned, code=3)) == {("unknown", "current")}
        controller.answers["/v1/cert.pem"] = (200, b"<html>")
        assert levels(report(pinned, code=3)) == {("unknown", "current")}

    def test_some_of_the_clusters(self, pinned: Repository) -> None:
        pinned.write("other.pem", pair(1)[1])
        done(pinned, "add", "other", "--certificate", "other.pem")
        assert done(pinned, "check", "other").splitlines()[0].startswith("other")
        assert "prod" not in done(pinned, "check", "other")
        assert "there are: prod, other" in done(pinned, "check", "none", code=2)


def cluster_pin(certificate: bytes) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from sealwright.sealing.fingerprint import fingerprint_of

    public = x509.load_pem_x509_certificate(certificate).public_key()
    assert isinstance(public, RSAPublicKey)
    return fingerprint_of(public)


def test_nobody_there(repository: Repository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = done(repository, "add", "prod", "--controller", f"https://127.0.0.1:{port}", code=3)
    assert "cannot be reached" in said
    assert not (repository.path / ".sealwright.yaml").exists()
