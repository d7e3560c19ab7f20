"""kubeseal's flags: those that mean the same, and those that are a command of their own here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import posix_only, run_program
from unit.convert.sealing_again import CLUSTER_WIDE, load_all, opened, pair
from unit.sealing import web

from sealwright.sealing.certificate import load_certificate

CANARY = "corr3ct-horse-battery"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: prod}}
type: Opaque
stringData: {{password: {CANARY}}}
"""


def seal(tmp_path: Path, *arguments: str, stdin: str = SECRET, code: int = 0) -> tuple[str, str]:
    (tmp_path / "cert.pem").write_bytes(pair()[1])
    done = run_program("sealwright", "seal", *arguments, cwd=tmp_path, stdin=stdin.encode())
    assert done.returncode == code, done.stderr.decode()
    assert CANARY.encode() not in done.stderr + done.stdout
    assert b"Traceback" not in done.stderr
    return done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_fresh_documents(tmp_path: Path, form: str) -> None:
    two = f"# head\n{SECRET}---\n{SECRET.replace('name: db', 'name: dc')}"
    out, _ = seal(tmp_path, "--cert", "cert.pem", "-o", form, stdin=two)
    assert "# head" not in out
    assert out.startswith("---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n" if form == "yaml" else "{\n  ")
    if form == "json":
        first, end = json.JSONDecoder().raw_decode(out)
        made = [first, json.loads(out[end:])]
        assert list(first) == ["kind", "apiVersion", "metadata", "spec"]
        assert list(first["spec"]) == ["template", "encryptedData"]
    else:
        made = load_all(out)
    assert [item["metadata"]["name"] for item in made] == ["db", "dc"]
    assert opened(made[1]) == {"password": CANARY.encode()}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_awkward_texts_come_out_as_they_went_in(tmp_path: Path, form: str) -> None:
    texts = [
        "",
        "y",
        "1.10",
        "0644",
        "null",
        "~",
        "2026-01-01",
        "a: b",
        "# c",
        "ü 🔑",
        "\u2028\x7f\x85",
        "a\nb\n",
        "-",
        "[x]",
    ]
    texts += ["'", '"', "\\", "\t", " x ", "*a", "&a", "!a", "%a", "@a", "`a", "=", "<<", "1e3", "1:30", "true", "Off"]
    secret = json.loads(json.dumps(load_all(SECRET)[0]))
    secret["metadata"]["annotations"] = {f"k/{number}": text for number, text in enumerate(texts)}
    secret["metadata"]["labels"] = dict.fromkeys(("y", "1", "a.b/c_d", "Null", "1e3"), "x")
    out, _ = seal(tmp_path, "--cert", "cert.pem", "-o", form, stdin=json.dumps(secret))
    made = load_all(out)[0] if form == "yaml" else json.loads(out)
    assert made["spec"]["template"]["metadata"] == secret["metadata"]


def test_documents_that_would_be_lost_are_refused(tmp_path: Path) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    _, said = seal(tmp_path, "--cert", "cert.pem", "-o", "yaml", stdin=f"{SECRET}---\n{config}", code=3)
    assert "ConfigMap c: it is no Secret, and would be lost" in said
    out, _ = seal(tmp_path, "--cert", "cert.pem", stdin=f"{SECRET}---\n{config}")
    assert out.endswith(config)
    nulls = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b, labels: {x: null}, creationTimestamp: null}\n"
    )
    out, _ = seal(tmp_path, "--cert", "cert.pem", "-o", "json", stdin=f"{nulls}data: null\nstringData: {{a: b}}\n")
    assert json.loads(out)["spec"]["template"] == {"metadata": {"name": "a", "namespace": "b", "labels": {"x": ""}}}


def test_comments_that_cannot_be_kept_do_not_stand_in_the_way_of_a_fresh_document(tmp_path: Path) -> None:
    braces = SECRET.replace("{password", "{ # why\n  password")
    assert "cannot be kept" in seal(tmp_path, "--cert", "cert.pem", stdin=braces, code=3)[1]
    assert opened(load_all(seal(tmp_path, "--cert", "cert.pem", "-o", "yaml", stdin=braces)[0])[0])


def test_the_name(tmp_path: Path) -> None:
    for stdin in (SECRET, SECRET.replace("name: db, ", ""), json.dumps(load_all(SECRET)[0])):
        for form in ((), ("-o", "yaml")):
            out, _ = seal(tmp_path, "--cert", "cert.pem", "--name", "other", *form, stdin=stdin)
            [made] = load_all(out)
            assert made["metadata"]["name"] == made["spec"]["template"]["metadata"]["name"] == "other"
            assert opened(made) == {"password": CANARY.encode()}
    _, said = seal(tmp_path, "--cert", "cert.pem", "--name", "x", stdin=f"{SECRET}---\n{SECRET}", code=3)
    assert "there are 2 Secrets here, and one name" in said


@pytest.mark.parametrize(
    ("scope", "label"),
    [("strict", b"prod/db"), ("namespace-wide", b"prod"), ("cluster-wide", b"")],
)
def test_raw(tmp_path: Path, scope: str, label: bytes) -> None:
    from sealwright.sealing.keys import load_private_keys
    from sealwright.sealing.scheme import decode, open_sealed

    [key] = load_private_keys(pair()[0], source="key.pem")
    (tmp_path / "value").write_bytes(b"\x00\xff\n")
    given = ("--raw", "--cert", "cert.pem", "--scope", scope, "-n", "prod", "--name", "db")
    for arguments, stdin, expected in (
        ((), "value\n", b"value\n"),
        (("--from-file", "value"), "", b"\x00\xff\n"),
        (("--from-file", "k=value"), "", b"\x00\xff\n"),
        (("--from-file=-",), "x", b"x"),
    ):
        out, said = seal(tmp_path, *given, *arguments, stdin=stdin)
        assert "\n" not in out
        assert open_sealed(key.key, decode(out), label).reveal() == expected
        assert (f'annotation sealedsecrets.bitnami.com/{scope}: "true"' in said) is (scope != "strict")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--raw", "--name", "db"), "--raw with the scope strict needs --namespace"),
        (("--raw", "-n", "prod"), "--raw with the scope strict needs --name"),
        (("--raw", "--scope", "namespace-wide"), "needs --namespace"),
        (("--raw", "-n", "a", "--name", "b", "db.yaml"), "a value is read from standard input"),
        (("--raw", "-n", "a", "--name", "b", "--from-file", "x", "--from-file", "y"), "--raw seals one value"),
        (("--from-file", "x"), "--from-file needs --into FILE or --raw"),
        (("--key", "x"), "--key needs --into FILE"),
        (("--delete", "x"), "--delete needs --into FILE"),
        (("--prune",), "--prune needs --into FILE"),
        (("--in-place", "-o", "yaml", "x"), "--in-place keeps each file's own form"),
        (("--in-place", "-w", "x", "y"), "--in-place and -w do not go together"),
        (("-w", "x", "--into", "y"), "-w and --into do not go together"),
        (("--recovery-unseal",), "sealwright open --private-key"),
        (("--recovery-private-key", "k"), "sealwright open --private-key"),
        (("--validate",), "sealwright verify"),
        (("--re-encrypt",), "sealwright reseal --in-place"),
        (("--rotate",), "sealwright reseal --in-place"),
        (("-o", "xml"), "must be one of"),
        (("--fetch-cert", "--offline"), "contradict"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    out, said = seal(tmp_path, "--cert", "cert.pem", *arguments, code=2)
    assert out == ""
    assert words in said
    assert "hint: " in said


def test_secret_file_is_the_same_as_a_name(tmp_path: Path) -> None:
    (tmp_path / "db.yaml").write_text(SECRET)
    out, _ = seal(tmp_path, "--cert", "cert.pem", "-f", "db.yaml", stdin="")
    assert opened(load_all(out)[0]) == {"password": CANARY.encode()}
    assert seal(tmp_path, "--cert", "cert.pem", "-f", "-")[0]


def test_the_certificate_is_fetched_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = pair()[1]
    pin = load_certificate(certificate, source="x").fingerprint
    monkeypatch.setattr(web, "BODY", b"text before\n" + certificate)
    with web.serving() as address:
        url = f"{address}/v1/cert.pem"
        assert seal(tmp_path, "--fetch-cert", "--cert", url, "--fingerprint", pin)[0].encode() == certificate
        assert "plain http" in seal(tmp_path, "--fetch-cert", "--cert", url, code=2)[1]
        wrong = f"sha256:{'0' * 64}"
        assert "is pinned" in seal(tmp_path, "--fetch-cert", "--cert", url, "--fingerprint", wrong, code=2)[1]
    assert seal(tmp_path, "--fetch-cert", "--cert", "cert.pem")[0].encode() == certificate
    (tmp_path / "no.pem").write_text("no certificate")
    assert "there is no certificate in it" in seal(tmp_path, "--fetch-cert", "--cert", "no.pem", code=2)[1]


def test_the_certificate_comes_from_a_controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY", pair()[1])
    bundle, context = web.authority(tmp_path)
    with web.serving(context) as address:
        done = run_program(
            *("sealwright", "seal", "--fetch-cert", "--controller", address),
            cwd=tmp_path,
            env={"REQUESTS_CA_BUNDLE": str(bundle)},
        )
    assert (done.stdout, done.returncode) == (pair()[1], 0), done.stderr


def test_warnings_do_not_stop_it_unless_they_shall(tmp_path: Path) -> None:
    odd = SECRET.replace(CANARY, '"tide.Lantern.88\\n"')
    out, said = seal(tmp_path, "--cert", "cert.pem", stdin=odd)
    assert load_all(out)[0]["kind"] == "SealedSecret"
    assert said.startswith("warning: <stdin>:5:")
    assert "tide" not in said
    out, said = seal(tmp_path, "--cert", "cert.pem", "--strict-values", stdin=odd, code=3)
    assert out == ""
    assert "--strict-values" in said
    assert seal(tmp_path, "--cert", "cert.pem", "--strict-values")[1] == ""


REFUSED = {
    "its size": (CANARY, "x" * (1 << 20 | 1)),
    "a name": ("name: db", "name: BAD_Name"),
    "a type": ("Opaque", "kubernetes.io/dockerconfigjson"),
}


@pytest.mark.parametrize(("was", "becomes"), REFUSED.values(), ids=REFUSED)
def test_what_no_cluster_takes_is_not_sealed_unless_asked_for(tmp_path: Path, was: str, becomes: str) -> None:
    assert was in SECRET
    (tmp_path / "odd.yaml").write_text(SECRET.replace(was, becomes))
    out, said = seal(tmp_path, "--cert", "cert.pem", "--in-place", "odd.yaml", code=3)
    assert out == ""
    assert "--allow-refused" in said
    assert "warning: " in said
    assert (tmp_path / "odd.yaml").read_text() == SECRET.replace(was, becomes)
    out, said = seal(tmp_path, "--cert", "cert.pem", "odd.yaml")  # as kubeseal: a warning
    assert load_all(out)[0]["kind"] == "SealedSecret"
    assert "warning: " in said
    seal(tmp_path, "--cert", "cert.pem", "--in-place", "--allow-refused", "odd.yaml")
    assert load_all((tmp_path / "odd.yaml").read_text())[0]["kind"] == "SealedSecret"


def test_a_single_value_is_warned_about_like_one_of_a_secret(tmp_path: Path) -> None:
    given = ("--raw", "--cert", "cert.pem", "-n", "prod", "--name", "db")
    out, said = seal(tmp_path, *given, stdin="tide.Lantern.88\n")
    assert out
    assert said.startswith("warning: <stdin>:1:1: Secret prod/db: `value` ends with a line break")
    assert "printf" in said
    assert "tide" not in said
    assert seal(tmp_path, *given, "--strict-values", stdin="tide.Lantern.88\n", code=3)[0] == ""
    assert seal(tmp_path, *given, "--strict-values", stdin="tide.Lantern.88")[1] == ""


def test_a_scope_that_is_asked_for_counts(tmp_path: Path) -> None:
    wide = SECRET.replace("{name", f'{{annotations: {{{CLUSTER_WIDE}: "true"}}, name')
    made = load_all(seal(tmp_path, "--cert", "cert.pem", "--scope", "strict", "-o", "yaml", stdin=wide)[0])[0]
    assert "annotations" not in made["metadata"]
    assert opened(made) == {"password": CANARY.encode()}


@posix_only
def test_a_pipe_that_has_a_name_is_read_like_standard_input(tmp_path: Path) -> None:
    for arguments in (("-f", "/dev/stdin"), ("/dev/stdin",)):
        out, said = seal(tmp_path, "--cert", "cert.pem", *arguments)
        assert opened(load_all(out)[0]) == {"password": CANARY.encode()}, said
    seal(tmp_path, "--cert", "cert.pem", "-f", "/dev/stdin", "-w", "sealed.yaml")
    seal(tmp_path, "--cert", "cert.pem", "-f", "/dev/stdin", "--into", "sealed.yaml")
    assert opened(load_all((tmp_path / "sealed.yaml").read_text())[0]) == {"password": CANARY.encode()}
    assert "not a regular file" in seal(tmp_path, "--cert", "cert.pem", "--in-place", "/dev/stdin", code=3)[1]
