"""Several clusters: each file is sealed for its own, and one Secret for several, all of them or none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import Repository, run_program
from unit.convert.sealing_again import load_all

from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.keypair import generate_keypair
from sealwright.sealing.keys import load_private_keys
from sealwright.sealing.scheme import CannotOpen, decode, open_sealed

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: prod
stringData:
  password: corr3ct-horse-battery
"""
CLUSTERS = ("prod", "dev")
PAIRS = {name: generate_keypair(bits=2048) for name in CLUSTERS}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.init(tmp_path / "repository")
    lines = ["clusters:\n"]
    for name, (_, certificate) in PAIRS.items():
        made.write(f"certs/{name}.pem", certificate)
        made.write(f"clusters/{name}/.keep", "")
        pin = load_certificate(certificate, source="x").fingerprint
        lines.append(f"  {name}:\n    paths: [clusters/{name}/**]\n    certificate: certs/{name}.pem\n")
        lines.append(f"    fingerprint: '{pin}'\n")
    made.write(".sealwright.yaml", "".join(lines))
    return made


def seal(
    repository: Repository, *arguments: str, stdin: str = "", code: int = 0, env: dict[str, str] | None = None
) -> str:
    done: subprocess.CompletedProcess[bytes] = run_program(
        "sealwright", "seal", *arguments, cwd=repository.path, stdin=stdin.encode(), env=env or {}
    )
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return (done.stdout + done.stderr).decode()


def openers(text: str, label: bytes = b"prod/db") -> list[str]:
    """Which clusters open every item of the text."""
    ciphertexts = [c for item in load_all(text) for c in item["spec"]["encryptedData"].values()]
    assert ciphertexts
    return [name for name in CLUSTERS if all(opens(name, ciphertext, label) for ciphertext in ciphertexts)]


def opens(name: str, ciphertext: str, label: bytes) -> bool:
    [key] = load_private_keys(PAIRS[name][0], source="key.pem")
    try:
        open_sealed(key.key, decode(ciphertext), label)
    except CannotOpen:
        return False
    return True


def test_each_file_is_sealed_for_the_cluster_of_its_path(repository: Repository) -> None:
    for name in CLUSTERS:
        repository.write(f"clusters/{name}/db.yaml", SECRET)
    said = seal(repository, "--in-place", ".")
    assert "sealed Secret prod/db in clusters/dev/db.yaml for dev\n" in said
    for name in CLUSTERS:
        assert openers(repository.read(f"clusters/{name}/db.yaml").decode()) == [name]


@pytest.mark.parametrize("place", ["--in-place", "--check", ""])
def test_a_file_of_no_cluster_stops_all(repository: Repository, place: str) -> None:
    repository.write("clusters/dev/db.yaml", SECRET)
    repository.write("elsewhere/db.yaml", SECRET)
    arguments = (place, ".") if place else ("clusters/dev/db.yaml", "elsewhere/db.yaml")
    said = seal(repository, *arguments, code=2)
    assert "elsewhere/db.yaml: no certificate to seal with: no cluster is meant for it" in said
    assert "give --certificate or --cluster (prod, dev)" in said
    assert repository.read("clusters/dev/db.yaml").decode() == SECRET


def test_one_source_for_several_clusters(repository: Repository) -> None:
    repository.write("secret.yaml", SECRET)
    both = ("--cluster", "prod", "--cluster", "dev")
    said = seal(repository, "secret.yaml", *both, "-w", "clusters/{cluster}/db.yaml")
    assert said == "wrote clusters/prod/db.yaml for prod\nwrote clusters/dev/db.yaml for dev\n"
    for name in CLUSTERS:
        assert openers(repository.read(f"clusters/{name}/db.yaml").decode()) == [name]
    assert seal(repository, "secret.yaml", *both, "-w", "clusters/{cluster}/db.yaml") == "Nothing changed.\n"
    seal(repository, *both, "--into", "clusters/{cluster}/db.yaml", "--key", "new", stdin="N3w-value")
    for name in CLUSTERS:
        assert openers(repository.read(f"clusters/{name}/db.yaml").decode()) == [name]
    assert repository.read(".sealwright.lock").count(b"strict prod/db") == 4


def test_all_of_them_or_none(repository: Repository) -> None:
    repository.write("clusters/dev/db.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")
    both = ("--cluster", "prod", "--cluster", "dev", "-w", "clusters/{cluster}/db.yaml")
    assert "it holds ConfigMap c" in seal(repository, *both, stdin=SECRET, code=3)
    assert not (repository.path / "clusters/prod/db.yaml").exists()
    seal(repository, "-w", "clusters/prod/db.yaml", stdin=SECRET)
    before = repository.read("clusters/prod/db.yaml")
    into = (*both[:4], "--into", "clusters/{cluster}/db.yaml")
    assert "no SealedSecret in it" in seal(repository, *into, "--key", "a", stdin="b", code=3)
    assert repository.read("clusters/prod/db.yaml") == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--cluster", "prod", "--cluster", "dev"), "several clusters need several files"),
        (("--cluster", "prod", "--cluster", "dev", "--in-place"), "several clusters need several files"),
        (("--cluster", "prod", "--cluster", "dev", "-w", "one.yaml"), "several clusters need several files"),
        (("--cluster", "prd",), "there is no cluster prd"),
        (("--cluster", "prod", "--cert", "certs/dev.pem"), "both say what to seal for"),
        (("-w", "clusters/{cluster}/db.yaml"), "no cluster to put in the place of {cluster}"),
        (("--cert", "certs/dev.pem", "-w", "clusters/{cluster}/db.yaml"), "no cluster to put in the place"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_a_usage_error(repository: Repository, arguments: tuple[str, ...], words: str) -> None:
    repository.write("clusters/dev/secret.yaml", SECRET)
    assert words in seal(repository, *arguments, "clusters/dev/secret.yaml", code=2)


def test_the_cluster_that_is_named_counts_and_a_contradiction_is_told(repository: Repository) -> None:
    repository.write("clusters/dev/db.yaml", SECRET)
    said = seal(repository, "--in-place", "--cluster", "prod", "clusters/dev")
    assert "warning: clusters/dev/db.yaml: it is for cluster dev by its path, sealed for prod" in said
    assert openers(repository.read("clusters/dev/db.yaml").decode()) == ["prod"]


def test_kubeseals_variable_is_for_what_no_cluster_is_meant_for(repository: Repository) -> None:
    repository.write("clusters/dev/db.yaml", SECRET)
    variable = {"SEALED_SECRETS_CERT": "certs/prod.pem", "SEALED_SECRETS_SCOPE": "cluster-wide"}
    assert openers(seal(repository, stdin=SECRET, env=variable).partition("note: ")[0]) == ["prod"]
    assert openers(seal(repository, "clusters/dev/db.yaml", env=variable).partition("note: ")[0]) == ["dev"]
    assert "note: SEALED_SECRETS_SCOPE is set" in seal(repository, stdin=SECRET, env=variable)
    plain_http = {"SEALED_SECRETS_CERT": "http://127.0.0.1:9/cert.pem"}
    assert "plain http" in seal(repository, stdin=SECRET, code=2, env=plain_http)


def test_the_hook_seals_each_file_for_its_cluster(repository: Repository) -> None:
    for name in CLUSTERS:
        repository.write(f"clusters/{name}/db.yaml", SECRET)
    files = [f"clusters/{name}/db.yaml" for name in CLUSTERS]
    done = run_program("sealwright-seal", *files, cwd=repository.path)
    assert done.returncode == 1, done.stderr
    for name in CLUSTERS:
        assert openers(repository.read(f"clusters/{name}/db.yaml").decode()) == [name]
    assert run_program("sealwright-seal", *files, cwd=repository.path).returncode == 0
