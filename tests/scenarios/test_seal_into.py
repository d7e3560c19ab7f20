"""`sealwright seal --into` and `-w`: no line of a diff that nobody asked for, and nothing that was there is lost."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from support import POSIX_ONLY, Repository, posix_only, run_program
from unit.convert.sealing_again import load_all, opened, pair

CANARY = "corr3ct-horse-battery"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: prod
stringData:
  password: {CANARY}  # rotate me
  user: app
"""
OTHER = SECRET.replace("name: db", "name: api")
WIDE = SECRET.replace("  name: db", "  annotations: {sealedsecrets.bitnami.com/cluster-wide: 'true'}\n  name: db")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.init(tmp_path / "repository")
    made.write("cert.pem", pair()[1])
    return made


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of its own for each test."""
    folder = tmp_path / "state"
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "HOME", str(folder))
    return folder if os.name == "nt" else folder / ".local" / "state"


def seal(
    repository: Repository, *arguments: str | Path, stdin: str = "", code: int = 0
) -> subprocess.CompletedProcess[bytes]:
    done = run_program(
        "sealwright", "seal", "--cert", "cert.pem", *arguments, cwd=repository.path, stdin=stdin.encode()
    )
    assert done.returncode == code, done.stderr.decode()
    for value in (CANARY, "N3w-value"):
        assert value.encode() not in done.stderr + done.stdout
    assert b"Traceback" not in done.stderr
    return done


def items(repository: Repository, path: str, name: str = "db") -> dict[str, str]:
    [found] = [item for item in load_all(repository.read(path).decode()) if item["metadata"]["name"] == name]
    return dict(found["spec"]["encryptedData"])


def values(repository: Repository, path: str, name: str = "db") -> dict[str, bytes]:
    [found] = [item for item in load_all(repository.read(path).decode()) if item["metadata"]["name"] == name]
    return opened(found)


def test_nothing_changes_where_nothing_changed(repository: Repository) -> None:
    repository.write("secret.yaml", SECRET)
    assert seal(repository, "secret.yaml", "-w", "sealed.yaml").stdout == b"wrote sealed.yaml\n"
    before, lock = repository.read("sealed.yaml"), repository.read(".sealwright.lock")
    assert seal(repository, "secret.yaml", "-w", "sealed.yaml").stdout == b"Nothing changed.\n"
    again = seal(repository, "secret.yaml", "--into", "sealed.yaml")
    assert again.stdout == b"sealed.yaml  SealedSecret prod/db\n  nothing to change, 2 unchanged\n"
    assert seal(repository, "--merge-into", "sealed.yaml", stdin=SECRET).stderr == b""
    assert (repository.read("sealed.yaml"), repository.read(".sealwright.lock")) == (before, lock)


def test_one_value_from_standard_input(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    before = items(repository, "sealed.yaml")
    done = seal(repository, "--into", "sealed.yaml", "--key", "password", stdin="N3w-value\0\xff")
    assert done.stdout == b"sealed.yaml  SealedSecret prod/db\n  ~ password  sealed again\n  1 unchanged\n"
    assert values(repository, "sealed.yaml") == {"password": "N3w-value\0\xff".encode(), "user": b"app"}
    assert items(repository, "sealed.yaml")["user"] == before["user"]
    assert b"# rotate me" in repository.read("sealed.yaml")
    same = seal(repository, "--into", "sealed.yaml", "--key", "password", stdin="N3w-value\0\xff")
    assert b"nothing to change" in same.stdout


def test_several_values_from_files(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    repository.write("ca.pem", b"\x00binary\xff")
    repository.write("x", "N3w-value")
    files = ("--from-file", "ca.pem", "--from-file", "token=x")
    seal(repository, "--into", "sealed.yaml", *files, "--delete", "user")
    expected = {"password": CANARY.encode(), "ca.pem": b"\x00binary\xff", "token": b"N3w-value"}
    assert values(repository, "sealed.yaml") == expected
    seal(repository, "--into", "sealed.yaml", "--from-file=piped=-", stdin="N3w-value")
    assert values(repository, "sealed.yaml") == expected | {"piped": b"N3w-value"}
    seal(repository, "--into", "sealed.yaml", "-", "--prune", stdin=SECRET)
    assert list(values(repository, "sealed.yaml")) == ["password", "user"]


def test_a_file_written_anew_loses_no_item_that_it_had(repository: Repository) -> None:
    """Whoever has merged something into it would not find it again."""
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    seal(repository, "--into", "sealed.yaml", "--key", "token", stdin="N3w-value")
    before = repository.read("sealed.yaml")
    done = seal(repository, "-w", "sealed.yaml", stdin=SECRET, code=3)
    assert b"`token` of SealedSecret" in done.stderr
    assert b"--into" in done.stderr
    assert repository.read("sealed.yaml") == before
    seal(repository, "--into", "sealed.yaml", "--prune", stdin=SECRET)
    repository.write("sealed.yaml", repository.read("sealed.yaml") + b"# rotate me in May\n")
    done = seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    assert b"1 comment of it is not in the input" in done.stderr


AMBIGUOUS = {
    "standard input twice": (("--from-file=password=-", "--from-file=user=-"), "N3w-value"),
    "an empty pipe": (("--key=password",), ""),
    "an empty pipe for a file": (("--from-file=password=-",), ""),
    "standard input without a key": (("--from-file=-",), "N3w-value"),
    "two keys for one value": (("--key=password", "--from-file=user=-"), "N3w-value"),
    "a Secret and a value": (("-", "--from-file=token=x"), SECRET),
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_values_that_nobody_can_assign_are_not_sealed(repository: Repository, case: str) -> None:
    arguments, stdin = AMBIGUOUS[case]
    repository.write("x", "N3w-value")
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    before = repository.read("sealed.yaml")
    done = seal(repository, "--into", "sealed.yaml", *arguments, stdin=stdin, code=2)
    assert b"hint: " in done.stderr
    assert repository.read("sealed.yaml") == before


def test_taking_out_needs_no_certificate(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    arguments = ("sealwright", "seal", "--into", "sealed.yaml", "--delete", "user")
    assert run_program(*arguments, cwd=repository.path).returncode == 0
    assert list(values(repository, "sealed.yaml")) == ["password"]


def test_a_template_that_needs_what_is_taken_out_is_told(repository: Repository) -> None:
    repository.write("secret.yaml", SECRET)
    seal(repository, "secret.yaml", "-w", "sealed.yaml")
    text = repository.read("sealed.yaml").decode()
    repository.write("sealed.yaml", text.replace("  template:\n", '  template:\n    data: {conf: "u={{ .user }}"}\n'))
    assert seal(repository, "--into", "sealed.yaml", "--key", "new", stdin="N3w-value").stderr == b""
    told = seal(repository, "--into", "sealed.yaml", "--delete", "user").stderr.decode()
    assert "the template of `conf` uses `user`, which is neither sealed nor in the template" in told
    strict = ("--into", "sealed.yaml", "--delete", "new", "--strict-values")
    before = repository.read("sealed.yaml")
    seal(repository, *strict, code=3)
    assert repository.read("sealed.yaml") == before


def test_a_scope_that_is_merged_in_counts(repository: Repository) -> None:
    repository.write("secret.yaml", WIDE)
    seal(repository, "secret.yaml", "-w", "sealed.yaml")
    text = repository.read("sealed.yaml").decode()
    annotation = '    sealedsecrets.bitnami.com/cluster-wide: "true"\n'
    assert annotation in text
    brought = annotation.strip()
    repository.write("sealed.yaml", text.replace(annotation, f"    <<: {{{brought}}}\n", 1))
    seal(repository, "--into", "sealed.yaml", "--key", "new", stdin="N3w-value")
    assert values(repository, "sealed.yaml") == {"new": b"N3w-value", "password": CANARY.encode(), "user": b"app"}


def test_check_says_it_and_changes_nothing(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    before = repository.read("sealed.yaml")
    seal(repository, "--into", "sealed.yaml", "--check", stdin=SECRET)
    done = seal(repository, "--into", "sealed.yaml", "--check", "--delete", "user", code=1)
    assert b"- user  deleted" in done.stdout
    seal(repository, "-w", "new.yaml", "--check", stdin=SECRET, code=1)
    assert repository.read("sealed.yaml") == before
    assert not (repository.path / "new.yaml").exists()


def test_the_sealed_secret_is_found_by_its_name(repository: Repository) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    seal(repository, "-w", "sealed.yaml", stdin=f"# both\n{SECRET}---\n{config}---\n{OTHER}")
    seal(repository, "--into", "sealed.yaml", stdin=OTHER.replace(CANARY, "N3w-value"))
    assert values(repository, "sealed.yaml", "api")["password"] == b"N3w-value"
    assert values(repository, "sealed.yaml")["password"] == CANARY.encode()
    assert [d["kind"] for d in load_all(repository.read("sealed.yaml").decode())] == [
        *("SealedSecret", "ConfigMap", "SealedSecret")
    ]
    before = repository.read("sealed.yaml")
    for arguments, stdin, words in (
        (("--key", "x"), "y", "there are prod/db, prod/api"),
        (("--key", "x", "--name", "app"), "y", "it has prod/db, prod/api"),
        (("--key", "x", "--name", "db", "-n", "dev"), "y", "there is no SealedSecret dev/db"),
        ((), SECRET.replace("name: db", "name: app"), "there is no SealedSecret prod/app"),
        ((), SECRET.replace("prod", "dev"), "there is no SealedSecret dev/db"),
        (("--delete", "nope", "--name", "db"), "", "it has no item nope"),
        (("--delete", "user"), "", "more than one SealedSecret"),
        (("--scope", "cluster-wide"), SECRET, "it is strict, and cluster-wide was asked for"),
        ((), f"{SECRET}type: kubernetes.io/tls\n", "its type is not Opaque"),
        ((), f"{SECRET}immutable: true\n", "immutable is true, and not so there"),
        (
            (),
            WIDE,
            "its annotations say cluster-wide",
        ),
        ((), f"{SECRET}  other: ${{X}}\n", "--allow-references"),
        ((), config, "there is no Secret to merge"),
        ((), "", "there is no Secret to merge"),
        ((), SECRET.replace(CANARY, "${X}").replace("app", "${Y}"), "--allow-references"),
    ):
        done = seal(repository, "--into", "sealed.yaml", *arguments, stdin=stdin, code=3)
        assert words in done.stderr.decode()
        assert "hint: " in done.stderr.decode()
    assert repository.read("sealed.yaml") == before
    seal(repository, "--into", "sealed.yaml", "--name", "db", stdin=OTHER.replace(CANARY, "N3w-value"))
    assert values(repository, "sealed.yaml")["password"] == b"N3w-value"


def test_a_file_without_a_namespace_gets_items_for_that_of_the_input(repository: Repository) -> None:
    """As in a base of kustomize: the namespace comes later, and is what the items must be bound to."""
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    bare = repository.read("sealed.yaml").decode().replace("  namespace: prod\n", "")
    for arguments, stdin in (((), SECRET), (("-n", "prod", "--key", "password"), CANARY)):
        repository.write("bare.yaml", bare)
        seal(repository, "--no-ledger", "--into", "bare.yaml", *arguments, stdin=stdin)
        rendered = repository.read("bare.yaml").decode().replace("  name: db\n", "  name: db\n  namespace: prod\n", 1)
        assert opened(load_all(rendered)[0]) == {"password": CANARY.encode(), "user": b"app"}
    assert b"no namespace is given" in seal(repository, "--into", "bare.yaml", "--key", "a", stdin="b", code=3).stderr


def test_the_same_type_in_other_words_is_the_same(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    seal(repository, "--into", "sealed.yaml", stdin=f"{SECRET}type: Opaque\nimmutable: false\n")
    seal(repository, "-w", "tls.yaml", stdin=f"{SECRET}type: kubernetes.io/basic-auth\nimmutable: true\n")
    seal(repository, "--into", "tls.yaml", stdin=SECRET)
    done = seal(repository, "--into", "tls.yaml", stdin=f"{SECRET}type: Opaque\n", code=3)
    assert "its type is not kubernetes.io/basic-auth" in done.stderr.decode()


# What -w writes.


@pytest.mark.parametrize(("name", "shape"), [("a.yaml", "---\n"), ("a.yml", "---\n"), ("a.json", "{\n"), ("a.x", '{"')])
def test_the_form_is_that_of_the_name(repository: Repository, name: str, shape: str) -> None:
    secret = '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"prod"},"stringData":{"a":"b"}}'
    if name == "a.json":
        secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: prod}\nstringData: {a: b}\n"
    seal(repository, "-w", name, stdin=secret)
    assert repository.read(name).decode().startswith(shape)
    assert values(repository, name) == {"a": b"b"}


def test_what_stands_there_is_not_lost(repository: Repository) -> None:
    repository.write("secret.yaml", SECRET)
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    seal(repository, "-w", "other.yaml", stdin=OTHER)
    for name, content, words in (
        ("config.yaml", config, "it holds ConfigMap c"),
        ("notes.txt", "notes: 5\n", "without a kind"),
        ("broken.yaml", "a: [\n", "a broken document"),
        ("other.yaml", repository.read("other.yaml").decode(), "it holds SealedSecret prod/api"),
    ):
        repository.write(name, content)
        done = seal(repository, "secret.yaml", "-w", name, code=3)
        assert words in done.stderr.decode()
        assert repository.read(name).decode() == content
    assert b"--in-place" in seal(repository, "secret.yaml", "-w", "secret.yaml", code=2).stderr
    assert repository.read("secret.yaml").decode() == SECRET
    repository.write("both.yaml", f"{config}---\n{SECRET}")
    seal(repository, "both.yaml", "-w", "out.yaml")
    seal(repository, "both.yaml", "-w", "out.yaml")
    assert seal(repository, "secret.yaml", "-w", "none/x.yaml", code=3).stdout == b""


@posix_only
def test_a_new_file_has_the_usual_mode(repository: Repository) -> None:
    before = os.umask(0o027)
    try:
        seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    finally:
        os.umask(before)
    assert stat.S_IMODE((repository.path / "sealed.yaml").stat().st_mode) == 0o640
    assert sorted(os.listdir(repository.path)) == [".git", ".sealwright.lock", "cert.pem", "sealed.yaml"]


def test_into_a_file_that_is_not_there(repository: Repository) -> None:
    assert seal(repository, "--into", "new.yaml", stdin=SECRET).stdout == b"wrote new.yaml\n"
    assert values(repository, "new.yaml")["user"] == b"app"
    assert b"-w FILE" in seal(repository, "--into", "none.yaml", "--key", "x", stdin="y", code=2).stderr
    assert not (repository.path / "none.yaml").exists()


# The ledger.


@posix_only
def test_the_ledger_is_private_and_holds_no_value(repository: Repository, state: Path) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    folder = state / "sealwright"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        (".gitignore", "ledger", "lock"), 0o600
    )
    assert CANARY.encode() not in (folder / "ledger").read_bytes()
    assert repository.git("status", "--short").splitlines() == ["?? .sealwright.lock", "?? cert.pem", "?? sealed.yaml"]


DAMAGES = ["gone", "cut", "foreign", "folder", "open", "none"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_ledger_values_are_sealed_again_and_it_is_said(
    repository: Repository, state: Path, damage: str
) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    before = items(repository, "sealed.yaml")
    ledger = state / "sealwright" / "ledger"
    if damage == "open" and os.name != "posix":
        pytest.skip(POSIX_ONLY)
    if damage in {"gone", "folder"}:
        ledger.unlink()
    if damage == "folder":
        ledger.mkdir()
    if damage == "cut":
        ledger.write_bytes(ledger.read_bytes()[:-1])
    if damage == "foreign":
        ledger.write_bytes(b"x" * 500)
    if damage == "open":
        ledger.chmod(0o644)
    extra = ("--no-ledger",) if damage == "none" else ()
    done = seal(repository, "--into", "sealed.yaml", *extra, stdin=SECRET)
    after = items(repository, "sealed.yaml")
    assert {key for key in after if after[key] != before[key]} == {"password", "user"}
    assert b"note: 2 values were sealed again without knowing whether that was needed" in done.stderr
    assert values(repository, "sealed.yaml") == {"password": CANARY.encode(), "user": b"app"}
    if damage in {"gone", "cut"}:
        assert b"nothing to change" in seal(repository, "--into", "sealed.yaml", stdin=SECRET).stdout


def test_a_ledger_inside_of_the_repository_is_not_used(repository: Repository) -> None:
    inside = {"XDG_STATE_HOME": str(repository.path / "state"), "LOCALAPPDATA": str(repository.path / "state")}
    arguments = ("sealwright", "seal", "--cert", "cert.pem", "-w", "sealed.yaml")
    done = run_program(*arguments, cwd=repository.path, stdin=SECRET.encode(), env=inside)
    assert done.returncode == 0
    assert not (repository.path / "state").exists()


def test_other_key_other_label_other_item(repository: Repository) -> None:
    """A ciphertext stays only where it would be made from the same key, label, item and value."""
    from sealwright.sealing.keypair import generate_keypair

    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    before = items(repository, "sealed.yaml")
    moved = repository.read("sealed.yaml").decode().replace("prod", "dev")
    repository.write("moved.yaml", moved)
    seal(repository, "--into", "moved.yaml", stdin=SECRET.replace("prod", "dev"))
    assert values(repository, "moved.yaml") == {"password": CANARY.encode(), "user": b"app"}
    swapped = repository.read("sealed.yaml").decode().replace("user:", "x:").replace("password:", "user:")
    repository.write("swapped.yaml", swapped.replace("x:", "password:"))
    seal(repository, "--into", "swapped.yaml", stdin=SECRET)
    assert values(repository, "swapped.yaml") == {"password": CANARY.encode(), "user": b"app"}
    repository.write("cert.pem", generate_keypair(bits=2048)[1])
    seal(repository, "--into", "sealed.yaml", stdin=SECRET)
    assert not set(items(repository, "sealed.yaml").values()) & set(before.values())


def test_equal_values_have_ciphertexts_of_their_own_and_keep_them(repository: Repository) -> None:
    """Cluster-wide ones are bound to nothing but the item's name: only their places tell them apart."""
    wide = WIDE + f"---\n{WIDE.replace('name: db', 'name: api')}"
    seal(repository, "-w", "sealed.yaml", stdin=wide)
    before = repository.read("sealed.yaml")
    assert not set(items(repository, "sealed.yaml").values()) & set(items(repository, "sealed.yaml", "api").values())
    assert seal(repository, "-w", "sealed.yaml", stdin=wide).stdout == b"Nothing changed.\n"
    seal(repository, "--into", "sealed.yaml", stdin=wide)
    assert repository.read("sealed.yaml") == before


def test_a_newer_ciphertext_of_the_same_value_by_somebody_else_is_not_known(repository: Repository) -> None:
    seal(repository, "-w", "sealed.yaml", stdin=SECRET)
    by_others = seal(repository, "--no-ledger", stdin=SECRET).stdout
    repository.write("sealed.yaml", by_others)
    done = seal(repository, "--into", "sealed.yaml", "--key", "user", stdin="app")
    assert b"note: 1 value was sealed again" in done.stderr
    assert values(repository, "sealed.yaml")["user"] == b"app"
