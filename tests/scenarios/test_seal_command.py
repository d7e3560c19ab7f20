"""`sealwright seal` as people run it: files, folders, streams, certificates, links; nothing written on any error."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from support import Repository, not_as_root, posix_only, run_program
from unit.convert.sealing_again import load_all, opened, pair
from unit.sealing import web

from sealwright.sealing.certificate import load_certificate

CANARY = "corr3ct-horse-battery"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: prod
stringData:
  password: {CANARY}  # rotate me
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a:   b}\n"
BAD = SECRET.replace(CANARY, f"&x {CANARY}")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.init(tmp_path / "repository")
    made.write("certificate.pem", pair()[1])
    return made


def seal(
    repository: Repository, *arguments: str | Path, stdin: bytes | None = None, certificate: str = "certificate.pem"
) -> subprocess.CompletedProcess[bytes]:
    chosen = ("--certificate", certificate) if certificate else ()
    done = run_program("sealwright", "seal", *chosen, *arguments, cwd=repository.path, stdin=stdin)
    assert CANARY.encode() not in done.stderr
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


def files_of(repository: Repository) -> dict[str, bytes]:
    found = [path for path in repository.path.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(repository.path)): path.read_bytes() for path in found}


def test_nothing_is_written_when_one_of_many_cannot_be_sealed(repository: Repository) -> None:
    repository.write("a/good.yaml", SECRET)
    repository.write("b/bad.yaml", BAD)
    repository.commit()
    before = files_of(repository)
    done = seal(repository, "--in-place", "a", "b")
    assert done.returncode == 3
    assert files_of(repository) == before
    assert done.stderr.decode().startswith("error: b/bad.yaml:7:16: Secret prod/db: stringData.password has an anchor")
    assert "hint: " in done.stderr.decode()
    assert done.stderr.decode().endswith("Nothing was written.\n")


def test_in_place_seals_what_a_scan_reports_and_leaves_the_rest(repository: Repository) -> None:
    untouched = {
        "config.yaml": CONFIG_MAP,
        "later.yaml": SECRET.replace(CANARY, "changeme"),
        "reference.yaml": SECRET.replace(CANARY, "${PASSWORD}"),
        "empty.yaml": SECRET.partition("stringData")[0],
        "notes.txt": SECRET,
    }
    for name, text in untouched.items():
        repository.write(name, text)
    repository.write("db.yaml", SECRET)
    repository.commit()
    done = seal(repository, "--in-place", ".")
    assert (done.returncode, done.stdout) == (0, b"sealed Secret prod/db in db.yaml\n"), done.stderr
    assert {name: repository.read(name).decode() for name in untouched} == untouched
    [sealed] = load_all(repository.read("db.yaml").decode())
    assert opened(sealed) == {"password": CANARY.encode()}
    assert b"# rotate me" in repository.read("db.yaml")
    again = seal(repository, "--in-place", ".")
    assert (again.stdout[:16], repository.git("status", "--short")) == (
        b"Nothing to seal:",
        " M db.yaml\n?? .sealwright.lock",
    )


def test_check_changes_nothing(repository: Repository) -> None:
    repository.write("db.yaml", SECRET)
    done = seal(repository, "--check", "db.yaml")
    assert (done.returncode, done.stdout) == (1, b"would seal db.yaml\n")
    assert repository.read("db.yaml").decode() == SECRET
    repository.write("db.yaml", CONFIG_MAP)
    assert seal(repository, "--check", "db.yaml").returncode == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SECRET.partition("stringData")[0], "--allow-empty-data"),
        (CONFIG_MAP, "there is no Secret to seal"),
        (f"{SECRET}  other: ${{X}}\n", "--allow-references"),
        (SECRET.replace(CANARY, "${X}"), "--allow-references"),
        (SECRET.replace("  namespace: prod\n", ""), "no namespace"),
        (f"{SECRET}  broken: [\n", "mend the file first"),
        (SECRET.replace(CANARY, f"'{CANARY}{{{{ .Values.x }}}}'").replace("name: db", "name: {{ x }}"), "template"),
    ],
)
def test_stdout_stays_empty_when_something_is_wrong(repository: Repository, text: str, words: str) -> None:
    done = seal(repository, "-", stdin=text.encode())
    assert (done.returncode, done.stdout) == (3, b""), done.stderr
    assert words in done.stderr.decode()


def test_the_options_that_allow_more(repository: Repository) -> None:
    empty = SECRET.partition("stringData")[0]
    assert b"encryptedData: {}" in seal(repository, "--allow-empty-data", stdin=empty.encode()).stdout
    mixed = seal(repository, "--allow-references", stdin=f"{SECRET}  other: ${{X}}\n".encode())
    assert opened(load_all(mixed.stdout.decode())[0])["other"] == b"${X}"
    anywhere = seal(repository, "-n", "prod", stdin=SECRET.replace("  namespace: prod\n", "").encode())
    assert opened(load_all(anywhere.stdout.decode())[0]) == {"password": CANARY.encode()}
    assert seal(repository, "-n", "dev", stdin=SECRET.encode()).returncode == 3


def test_standard_input_keeps_what_is_no_secret(repository: Repository) -> None:
    text = f"# head\r\n{CONFIG_MAP}---\n{SECRET}---\n# naïve\n{CONFIG_MAP}".encode()
    done = seal(repository, "-", stdin=text)
    assert done.returncode == 0
    before, after = text.split(SECRET.encode())
    assert done.stdout.startswith(before)
    assert done.stdout.endswith(after)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_encodings_stay(repository: Repository, encoding: str) -> None:
    repository.write("db.yaml", f"# ü\r\n{SECRET.replace(chr(10), chr(13) + chr(10))}".encode(encoding))
    assert seal(repository, "--in-place", "db.yaml").returncode == 0
    text = repository.read("db.yaml").decode(encoding)
    assert text.startswith("# ü\r\napiVersion: bitnami.com/v1alpha1\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert repository.read("db.yaml")[:4] == f"# ü\r\n{SECRET}".encode(encoding)[:4]


def test_a_wide_file_that_begins_without_any_ascii_is_sealed_as_well(repository: Repository) -> None:
    """UTF-16 shows its NULs only where there is ASCII; the byte order mark is what tells."""
    repository.write("db.yaml", f"#{'秘' * 80}\n{SECRET}".encode("utf-16"))
    repository.write("cjk.yaml", ("秘密" * 40 + ": x\n---\n" + SECRET).encode("utf-16"))
    assert seal(repository, "--in-place", "db.yaml", "cjk.yaml").returncode == 0
    for name in ("db.yaml", "cjk.yaml"):
        assert "kind: SealedSecret" in repository.read(name).decode("utf-16")


def test_several_files_on_stdout_are_several_documents(repository: Repository) -> None:
    repository.write("1.yaml", SECRET.rstrip("\n"))
    repository.write("2.yaml", f"# comment\n---\n{SECRET}".encode("utf-16"))
    repository.write("3.yaml", f"%YAML 1.1\n---\n{SECRET}")
    repository.write("4.json", '{"apiVersion": "v1", "kind": "ConfigMap"}')
    done = seal(repository, "1.yaml", "2.yaml", "3.yaml", "4.json")
    kinds = [document["kind"] for document in load_all(done.stdout.decode())]
    assert kinds == ["SealedSecret"] * 3 + ["ConfigMap"], done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("expired.pem", "expired"),
        ("curve.pem", "not RSA"),
        ("small.pem", "1024 bits"),
        ("key.pem", "private key"),
        ("missing.pem", "no such certificate file"),
        ("nothing.pem", "empty"),
    ],
)
def test_a_bad_certificate_is_a_usage_error(
    repository: Repository, bad_certificates: dict[str, bytes], name: str, content: str
) -> None:
    if name in bad_certificates:
        repository.write(name, bad_certificates[name])
    repository.write("db.yaml", SECRET)
    done = seal(repository, "--in-place", "db.yaml", certificate=name)
    assert done.returncode == 2
    assert content in done.stderr.decode()
    assert "hint: " in done.stderr.decode()
    assert repository.read("db.yaml").decode() == SECRET


@pytest.fixture(scope="module")
def bad_certificates() -> dict[str, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from unit.sealing.material import NOW

    def made(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, days: int) -> bytes:
        name = x509.Name([])
        start = NOW - timedelta(days=3650)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(NOW + timedelta(days=days))
        return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)

    return {
        "expired.pem": made(rsa.generate_private_key(65537, 2048), -3000),
        "curve.pem": made(ec.generate_private_key(ec.SECP256R1()), 36500),
        "small.pem": made(rsa.generate_private_key(65537, 1024), 36500),
        "key.pem": pair()[0],
        "nothing.pem": b"",
    }


def test_pins(repository: Repository) -> None:
    repository.write("db.yaml", SECRET)
    pin = load_certificate(pair()[1], source="x").fingerprint
    assert seal(repository, "db.yaml", "--fingerprint", pin).returncode == 0
    wrong = seal(repository, "db.yaml", "--fingerprint", f"sha256:{'0' * 64}")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert "is pinned" in wrong.stderr.decode()


def test_a_configured_cluster_needs_its_pin(repository: Repository) -> None:
    repository.write("db.yaml", SECRET)
    pin = load_certificate(pair()[1], source="x").fingerprint
    cluster = f"clusters:\n  prod:\n    certificate: certificate.pem\n    fingerprint: {pin}\n"
    repository.write(".sealwright.yaml", cluster)
    repository.write("deep/er/x.yaml", SECRET)
    assert seal(repository, "db.yaml", certificate="prod").returncode == 0
    below = run_program("sealwright", "seal", "--certificate", "prod", "x.yaml", cwd=repository.path / "deep/er")
    assert below.returncode == 0, below.stderr
    unknown = seal(repository, "db.yaml", certificate="pord")
    assert unknown.returncode == 2
    assert "prod" in unknown.stderr.decode()
    for text, words in (
        (cluster.partition("    fingerprint")[0], "no pinned fingerprint"),
        (cluster.replace(pin, f"sha256:{'1' * 64}"), "is pinned"),
        (cluster.replace("    certificate: certificate.pem\n", ""), "no certificate"),
    ):
        repository.write(".sealwright.yaml", text)
        done = seal(repository, "--in-place", "db.yaml", certificate="prod")
        assert done.returncode == 2
        assert words in done.stderr.decode()
    assert repository.read("db.yaml").decode() == SECRET


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_from_the_network(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    monkeypatch.setattr(web, "BODY", pair()[1])
    bundle, context = web.authority(tmp_path)
    environment = {"REQUESTS_CA_BUNDLE": str(bundle)} if trusted else {}
    with web.serving(context) as address:
        arguments = ("seal", "--certificate", f"{address}/v1/cert.pem", "-")
        done = run_program("sealwright", *arguments, cwd=tmp_path, stdin=SECRET.encode(), env=environment)
    if trusted:
        assert opened(load_all(done.stdout.decode())[0]) == {"password": CANARY.encode()}
    else:
        assert (done.returncode, done.stdout) == (3, b"")
        assert b"error: " in done.stderr


def test_usage(repository: Repository) -> None:
    repository.write("db.yaml", SECRET)
    assert seal(repository, "db.yaml", certificate="").returncode == 2
    assert seal(repository, "--in-place").returncode == 2
    assert seal(repository, "--in-place", "-", stdin=SECRET.encode()).returncode == 2
    assert seal(repository, "missing.yaml").returncode == 2
    assert seal(repository, "--offline", "db.yaml", certificate="https://127.0.0.1:1/cert.pem").returncode == 2
    assert repository.read("db.yaml").decode() == SECRET


@posix_only
def test_links(repository: Repository, tmp_path: Path) -> None:
    repository.write("real/db.yaml", SECRET)
    (repository.path / "link.yaml").symlink_to("real/db.yaml")
    (tmp_path / "outside.yaml").write_text(SECRET)
    (repository.path / "out.yaml").symlink_to("../outside.yaml")
    repository.commit()
    assert seal(repository, "--in-place", "out.yaml").returncode == 3
    assert (tmp_path / "outside.yaml").read_text() == SECRET
    done = seal(repository, "--in-place", "link.yaml", "real/db.yaml")
    assert done.returncode == 0, done.stderr
    assert (repository.path / "link.yaml").is_symlink()
    assert b"SealedSecret" in repository.read("real/db.yaml")
    repository.write("real/db.yaml", SECRET)
    assert seal(repository, "--in-place", ".").stdout == b"sealed Secret prod/db in real/db.yaml\n"


@posix_only
def test_a_read_only_file_stops_all(repository: Repository) -> None:
    repository.write("a.yaml", SECRET)
    os.chmod(repository.write("b.yaml", SECRET), 0o444)
    done = seal(repository, "--in-place", "a.yaml", "b.yaml")
    assert done.returncode == 3
    assert "read-only" in done.stderr.decode()
    assert repository.read("a.yaml").decode() == SECRET


@posix_only
@not_as_root
def test_a_file_that_cannot_be_read_stops_all(repository: Repository) -> None:
    repository.write("a.yaml", SECRET)
    os.chmod(repository.write("b.yaml", SECRET), 0)
    assert seal(repository, "--in-place", "a.yaml", "b.yaml").returncode == 3
    assert repository.read("a.yaml").decode() == SECRET


def test_two_of_one_name_in_a_file_are_refused(repository: Repository) -> None:
    repository.write("db.yaml", SECRET)
    sealed = seal(repository, "db.yaml").stdout.decode()
    repository.write("both.yaml", f"{sealed}---\n{SECRET}")
    done = seal(repository, "--in-place", "both.yaml")
    assert done.returncode == 3
    assert "a SealedSecret of that name is in this file, too" in done.stderr.decode()
    repository.write("both.yaml", f"{sealed}---\n{SECRET.replace('name: db', 'name: dc')}")
    assert seal(repository, "--in-place", "both.yaml").returncode == 0
