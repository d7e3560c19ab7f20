"""The law: no value, decoded or encoded, in any output, file, argument of a process or write, however a run ends."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
from support import OTHER_PLATFORM, Repository, program, run_program, scrubbed

from sealwright.report.registry import FORMATS
from sealwright.sealing.keys import generate_keypair

CANARY = 'Kanarienvogel-7"x\\Zq9%&4711'
"""Characters that JSON, URLs and shells write differently, so that every form is a text of its own."""

BASE64 = base64.b64encode(CANARY.encode()).decode()
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{base64.b64encode(CANARY.encode() * 8).decode()}\n-----END RSA"
PEM += " PRIVATE KEY-----\n"
CORE = CANARY[:13]
"""The part without special characters: what stays the same in quotes and addresses."""

HEADER = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop"


def forms() -> list[bytes]:
    """Pieces of the canary in every coding that could carry it."""
    raw = CANARY.encode()
    found = {CORE, CANARY, CORE[::-1], json.dumps(CANARY)[1:-1], quote(CANARY), raw.hex(), raw.hex().upper()[:26]}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + CORE.encode()).decode()
        found.add(coded[4 if shift else 0 : -4])
        found.add(base64.urlsafe_b64encode(b"\0" * shift + CORE.encode()).decode()[4 if shift else 0 : -4])
    return sorted(form.encode() for form in found)


FORMS = forms()


def assert_silent(data: bytes, where: str) -> None:
    assert [form for form in FORMS if form in data] == [], where


def places() -> Iterator[tuple[str, str | bytes]]:
    """A file for every kind of place where a value can stand."""
    quoted = json.dumps(CANARY)
    last = json.dumps({"apiVersion": "v1", "kind": "Secret", "data": {"a": BASE64}})
    yield "data.yaml", f"{HEADER}}}\ndata:\n  a: {BASE64}\n  b: !!binary {BASE64}\n"
    yield "string.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\n"
    yield "block.yaml", f"{HEADER}}}\nstringData:\n  a: |\n    first\n    {CANARY}\n  b: >-\n    {CANARY}\n"
    yield "alias.yaml", f"x: &{CORE} {quoted}\n---\n{HEADER}}}\nstringData:\n  a: *{CORE}\n"
    yield "tag.yaml", f"{HEADER}}}\nstringData:\n  a: !{CORE} x\n  b: !<tag:{CORE}> y\n"
    yield "broken.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\n\tb: {CANARY}: [\n{CORE}\n"
    yield (
        "broken2.yaml",
        f'{HEADER}}}\nstringData:\n  a: "{CORE}\n  b: %{CORE}\n---\n@{CORE}: {{\n',
    )
    yield (
        "secret.json",
        f'{{"apiVersion":"v1","kind":"Secret","stringData":{{"a":{quoted}}}}}',
    )
    yield "broken.json", f'{{"apiVersion":"v1","kind":"Secret","stringData":{{"a":{quoted},,"{CORE}"}}}}'
    yield (
        "list.yaml",
        f"apiVersion: v1\nkind: List\nitems:\n  - {{kind: Secret, apiVersion: v1, data: {{a: {BASE64}}}}}\n",
    )
    yield "template.yaml", f"{HEADER}}}\nstringData:\n  a: {{{{ .Values.x | default {quoted} }}}}\n  b: {quoted}\n"
    yield "sops.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\nsops:\n  mac: {CORE}\n  lastmodified: '2026'\n"
    yield (
        "annotated.yaml",
        (f"{HEADER}, annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{last}'}}}}\n"),
    )
    yield "embedded.yaml", f"kind: ConfigMap\ndata:\n  x: |\n    {HEADER}}}\n    data: {{a: {BASE64}}}\n"
    yield "key.pem", PEM
    yield "latin.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\n  # caf\xe9\n".encode("latin-1")
    yield "wide.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\n".encode("utf-16")
    yield "large.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted}\n" + "#" * 20_000
    yield "allowed.yaml", f"{HEADER}}}\nstringData:\n  a: {quoted} # sealwright: allow[secret-string-data] a test\n"
    yield "merge.yaml", f"{HEADER}}}\nstringData:\n  <<: {{a: {quoted}}}\n  a: {quoted}\n  a: {quoted}\n"
    yield (
        "sealed.yaml",
        (
            f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: s}}\n"
            f"spec:\n  encryptedData: {{a: {BASE64}, b: {quoted}}}\n  template: {{data: {{c: {quoted}}}}}\n"
        ),
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository.init(tmp_path_factory.mktemp("canary") / "repository")
    for name, content in places():
        repository.write(name, content)
    key, certificate = generate_keypair(bits=2048)
    _, expired = generate_keypair(bits=2048, now=datetime(2001, 1, 1, tzinfo=timezone.utc), days=2)
    outside = repository.path.parent
    for name, data in (("key", key), ("cert.pem", certificate), ("expired.pem", expired)):
        (outside / name).write_bytes(data)
    (outside / "bad.pem").write_text(PEM, encoding="ascii")
    repository.add()
    return repository


COMMANDS = [
    *(f"scan --max-bytes 10000 --format {name}" for name in FORMATS),
    "scan --staged --jobs 2",
    "scan --max-bytes 10000 --output text=OUT/t --output json=OUT/j --output sarif=OUT/s --output github=OUT/g",
    "scan --color always",
    *(f"verify --private-key ../key --format {name}" for name in FORMATS),
    "verify --private-key ../bad.pem",
    "verify --private-key key.pem",
    "verify --private-key string.yaml",
    "reseal --private-key ../key --in-place .",
    "reseal --private-key ../key --format json .",
    "reseal --private-key ../bad.pem .",
    "open --private-key ../key sealed.yaml",
    "open --private-key ../key --key a sealed.yaml",
    "open --private-key ../key --raw --name x --namespace y string.yaml",
    "seal --certificate ../cert.pem --check .",
    "seal --certificate ../cert.pem --in-place .",
    *(f"seal --certificate ../cert.pem {name}" for name, _ in places()),
    "seal --certificate ../expired.pem string.yaml",
    "seal --certificate ../bad.pem string.yaml",
    "seal --certificate string.yaml string.yaml",
    "seal --certificate ../cert.pem --scope namespace-wide -n other string.yaml data.yaml",
    f"scan --format {CORE}",
    f"{CORE}",
    f"scan --{'x'}={CORE}",
    f"scan --exit-zero={CORE}",
    "scan --config string.yaml",
    "scan --config broken.yaml",
    "scan --config key.pem",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_output_holds_the_value(repository: Repository, command: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository.path, copy / "repository")
    for file in repository.path.parent.glob("*"):
        if file.is_file():
            shutil.copy(file, copy)
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    out.mkdir()
    temporary.mkdir()
    before = {file: file.read_bytes() for file in files(copy)}
    arguments = command.replace("OUT", out.as_posix()).split()
    result = run_program("sealwright", *arguments, cwd=copy / "repository", env={"TMPDIR": str(temporary)})
    # An unsealed document of a file goes to stdout with the sealed ones: only what was sealed is silent there.
    printed = result.stdout if arguments[0] != "seal" or result.returncode else b""
    assert_silent(printed + result.stderr, command)
    assert b"a bug in sealwright" not in result.stderr
    assert list(temporary.iterdir()) == []
    assert set(files(copy)) == set(before)
    for file in files(out):
        assert_silent(file.read_bytes(), file.name)


@pytest.mark.parametrize("option", ["FORMAT", "SEVERITY_THRESHOLD", "DEPTH", "JOBS", "EXIT_ZERO", "COLOR", "MAX_BYTES"])
def test_a_value_in_a_variable_is_not_repeated(repository: Repository, option: str) -> None:
    environment = {f"SEALWRIGHT_{option}": CANARY, "DATABASE_PASSWORD": CANARY}
    result = run_program("sealwright", "scan", cwd=repository.path, env=environment)
    assert result.returncode == 2
    assert_silent(result.stdout + result.stderr, option)


def test_the_hook_does_not_show_it_either(repository: Repository) -> None:
    names = [name for name, _ in places()]
    result = run_program("sealwright-scan", "--max-bytes", "10000", *names, cwd=repository.path)
    assert result.returncode == 3
    assert_silent(result.stdout + result.stderr, "hook")


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and ".git" not in file.parts)


@pytest.mark.parametrize("command", ["scan", "scan --staged --jobs 2", "verify --private-key ../key"])
def test_no_process_and_no_write_carries_it(repository: Repository, command: str, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip(f"{OTHER_PLATFORM}: strace is not here")
    log = tmp_path / "log"
    calls = "execve,write,writev,pwrite64,sendto,sendmsg"
    tracing = [strace, "-f", "-q", "-y", "-xx", "-s", "65535", "-e", f"trace={calls}", "-o", str(log)]
    result = subprocess.run(
        [*tracing, program("sealwright"), *command.split()],
        cwd=repository.path,
        env=scrubbed(os.environ),
        capture_output=True,
        check=False,
        timeout=120,
    )
    if b"ptrace" in result.stderr:
        pytest.skip(f"{OTHER_PLATFORM}: processes cannot be traced here")
    lines = [decoded(line) for line in log.read_bytes().splitlines()]
    gits = {line.split()[0] for line in lines if re.search(rb'execve\("[^"]*/git", (?!.* = -1)', line)}
    assert gits
    for line in lines:
        # Git hands over through a pipe what it was asked for, and so do our own processes to each other.
        through_a_pipe = re.match(rb"\d+ +\w+\((\d+)<(?:pipe|socket|UNIX)", line)
        if not through_a_pipe or (through_a_pipe[1] in {b"1", b"2"} and line.split()[0] not in gits):
            assert_silent(line, "a call of the system")


def decoded(line: bytes) -> bytes:
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match.group(1).decode()), line)
