"""The verification of a selection: which files are read, what is a problem, what is silent."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import not_as_root, posix_only
from unit.verify.made import key, manifest, sealed

from sealwright.finding import Problem, Verdict
from sealwright.manifest.discover import Selection
from sealwright.run.results import FileDone
from sealwright.run.verify import verify
from sealwright.sealing.go_base64 import encode
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.keyring import Keyring

EXAMINER = KeyExaminer(Keyring((key(),)))
GOOD = json.dumps(manifest({"a": sealed()}))
MOVED = json.dumps(manifest({"b": sealed()}, name="moved"))
BROKEN = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: [\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(files: dict[str, str | bytes], *paths: str, stdin: bytes | None = None, max_bytes: int = 0) -> list[str]:
    """One line for each result: the path, and what is said."""
    for name, content in files.items():
        place = Path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    selection = Selection(paths or (() if stdin is not None else (".",)), max_bytes=max_bytes)
    return [line(result) for result in verify(selection, None, lambda _: EXAMINER, stdin=stdin)]


def line(result: Verdict | Problem | FileDone) -> str:
    if isinstance(result, Verdict):
        return f"{result.location.path} {result.item} {result.outcome.value}"
    if isinstance(result, Problem):
        return f"{result.path}:{result.line} problem {result.message}"
    return f"{result.path} done {result.documents}"


def test_silent_about_what_holds_no_sealed_secret() -> None:
    files: dict[str, str | bytes] = {
        "README.md": "`kind: SealedSecret` is\n\t- broken: [yaml\n",
        "latin.yaml": "path: C:\\temp # \xe9".encode("latin-1"),
        "broken.yaml": "a: [\n",
        "image.png": b"\0\0\0\0SealedSecret",
        "locked.yaml": b"\0GITCRYPT\0\1\2\3",
    }
    assert [said.rstrip("01") for said in run(files)] == ["broken.yaml done ", "latin.yaml done ", "locked.yaml done "]


@posix_only
@not_as_root
def test_only_manifests_are_read() -> None:
    Path("a.bin").touch(mode=0)
    Path("b.yaml").touch(mode=0)
    assert run({}) == ["b.yaml:0 problem cannot be read: Permission denied", "b.yaml done 0"]


TEMPLATE = GOOD[:-2] + ', "template": {"data": {"url": "%s"}}}}'
ACCOUNT = {"metadata": {"annotations": {"kubernetes.io/service-account.name": "ci"}}}


def typed(kind: str, *names: str, **template: object) -> str:
    """A SealedSecret of this type with these items."""
    subject = manifest(dict.fromkeys(names, sealed()))
    subject["spec"]["template"] = {"type": f"kubernetes.io/{kind}", **template}
    return json.dumps(subject)


REFUSED: dict[str, tuple[str, list[str]]] = {
    "no key of a Secret": (json.dumps(manifest({"bad key!": sealed(), "a": sealed()})), ["bad key! fails", "a opens"]),
    "no name": (json.dumps(manifest({"a": sealed(name="DB")}, name="DB")), ["a opens", " fails"]),
    "no namespace": (json.dumps(manifest({"a": sealed("a.b")}, "a.b")), ["a opens", " fails"]),
    "no template": (TEMPLATE % "{{ .a", ["a opens", " fails"]),
    "no function": (TEMPLATE % "{{ include .a }}", ["a opens", " fails"]),
    "what may be a function": (TEMPLATE % "{{ unheardOf .a }}", ["a opens"]),
    "a key to come": (json.dumps(manifest({"${KEY}": sealed()})), ["${KEY} opens"]),
    "no key of a TLS pair": (typed("tls", "tls.crt"), ["tls.crt opens", " fails"]),
    "neither key of a TLS pair": (typed("tls", "a"), ["a opens", " fails", " fails"]),
    "no registry": (typed("dockerconfigjson", "config.json"), ["config.json opens", " fails"]),
    "no registry, in the old form": (typed("dockercfg", ".dockerconfigjson"), [".dockerconfigjson opens", " fails"]),
    "neither name nor password": (typed("basic-auth", "user"), ["user opens", " fails"]),
    "no SSH key": (typed("ssh-auth", "id_rsa"), ["id_rsa opens", " fails"]),
    "no account": (typed("service-account-token", "a"), ["a opens", " fails"]),
    "a key that is taken out again": (typed("ssh-auth", "a", data={"ssh-privatekey": None}), ["a opens", " fails"]),
    "a TLS pair": (typed("tls", "tls.crt", "tls.key"), ["tls.crt opens", "tls.key opens"]),
    "a pair by template": (typed("tls", "a", data={"tls.crt": "{{ .a }}", "tls.key": "x"}), ["a opens"]),
    "a password alone": (typed("basic-auth", "password"), ["password opens"]),
    "an account": (typed("service-account-token", "a", **ACCOUNT), ["a opens"]),
    "a type of nobody's": (typed("unheard-of", "a"), ["a opens"]),
    "a part for a Secret that is there": (
        typed("tls", "a", metadata={"annotations": {"sealedsecrets.bitnami.com/patch": "true"}}),
        ["a opens"],
    ),
    "a name to come": (typed("tls", "tls.crt", "${KEY}"), ["tls.crt opens", "${KEY} opens"]),
    "a name to come in the template": (typed("tls", "tls.crt", data={"${KEY}": "x"}), ["tls.crt opens"]),
    "a template": (TEMPLATE % "{{ .a }}", ["a opens"]),
    "no value": (TEMPLATE % "{{ .b }}", ["a opens"]),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_no_secret_is_made_of_fails_though_its_items_open(text: str, expected: list[str]) -> None:
    assert run({"a.json": text}) == ["a.json done 1", *(f"a.json {said}" for said in expected)]


def large(template: str, *sizes: int) -> str:
    """A SealedSecret with items of these sizes, as long as they open or not."""
    items = {f"k{number}": encode(b"\1\0" + b"\1" * (256 + size + 16)) for number, size in enumerate(sizes)}
    subject = manifest(items)
    subject["spec"]["template"] = {"data": {template: "x"}}
    return json.dumps(subject)


@pytest.mark.parametrize(
    ("template", "sizes", "refused"),
    [
        ("other", (1024 * 1024,), False),
        ("other", (512 * 1024, 512 * 1024), False),
        ("k1", (1024 * 1024, 1), False),  # before 0.37 the template's counts
        ("other", (1024 * 1024 + 1,), True),
        ("other", (512 * 1024, 512 * 1024, 1), True),
        ("k2", (512 * 1024, 512 * 1024 + 1, 1), True),
    ],
)
def test_no_secret_is_larger_than_a_mebibyte(template: str, sizes: tuple[int, ...], *, refused: bool) -> None:
    found = run({"a.json": large(template, *sizes)})
    assert [said for said in found if said == "a.json  fails"] == ["a.json  fails"] * refused


def test_what_looks_like_a_template_may_be_helms() -> None:
    assert run({"chart/templates/a.json": REFUSED["no function"][0]})[1:] == ["chart/templates/a.json a opens"]
    assert run({"b/templates/a.json": REFUSED["neither key of a TLS pair"][0]}, "b")[1:] == [
        "b/templates/a.json a opens"
    ]


def test_files_of_any_name_when_named() -> None:
    files: dict[str, str | bytes] = {"a.txt": GOOD, "b": GOOD, "c.yaml.tpl": GOOD, "d.YML": GOOD}
    assert run(files) == ["d.YML done 1", "d.YML a opens"]
    named = run({}, "a.txt", "./b", "c.yaml.tpl")
    assert [said for said in named if "done" not in said] == ["a.txt a opens", "b a opens", "c.yaml.tpl a opens"]
    assert run({}, os.path.abspath("b"))[-1].endswith("b a opens")


def test_problems_of_broken_documents_beside_verdicts_of_others() -> None:
    found = run({"a.yaml": f"{GOOD}\n---\n{BROKEN}---\n{MOVED}\n"})
    assert found[0].startswith("a.yaml:")
    assert "this document does not parse" in found[0]
    assert found[1:] == ["a.yaml done 3", "a.yaml a opens", "a.yaml b fails"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GOOD.encode() + b"\n# \xff\n", "it is not valid UTF-8"),
        (GOOD.encode() + b"\n# \0\n", "NUL"),
        (GOOD.encode("utf-16") + b"\xd8", "it is not valid UTF-16"),
    ],
)
def test_bytes_that_are_no_text_are_a_problem_and_get_no_verdict(data: bytes, words: str) -> None:
    found = run({"a.yaml": data})
    assert words in found[0]
    assert found[1:] == ["a.yaml done 0"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
def test_a_large_file_is_a_problem_when_it_holds_one_anywhere(encoding: str) -> None:
    found = run({"a.yaml": ("# filler\n" * 2000 + GOOD).encode(encoding)}, max_bytes=9000)
    assert "larger than" in found[0]
    assert run({"a.yaml": ("# filler\n" * 2000).encode(encoding)}, max_bytes=9000) == ["a.yaml done 0"]


def test_an_escaped_kind_is_seen() -> None:
    assert run({"a.yaml": GOOD.replace("SealedSecret", "\\x53ealedSecret")}) == ["a.yaml done 1", "a.yaml a opens"]


def test_where_it_came_from_is_looked_for_in_all_files() -> None:
    home = json.dumps(manifest({"x": sealed("dev", "web")}, "dev", "web"))
    selection = Selection((".",))
    run({"z.yaml": home, "a.yaml": json.dumps(manifest({"a": sealed("dev", "web")}))})
    verdicts = [result for result in verify(selection, None, lambda _: EXAMINER) if isinstance(result, Verdict)]
    assert [verdict.outcome.value for verdict in verdicts] == ["fails", "opens"]
    assert "sealed for dev/web (strict), but stands here as prod/db (strict)" in verdicts[0].reason


def test_standard_input() -> None:
    assert run({"b.yaml": MOVED}, stdin=GOOD.encode()) == ["<stdin> done 1", "<stdin> a opens"]
    assert run({}, "b.yaml", stdin=GOOD.encode())[-2:] == ["<stdin> a opens", "b.yaml b fails"]
