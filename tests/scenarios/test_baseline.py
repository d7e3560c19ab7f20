"""Living with findings, through the installed program: the baseline, waivers, overrides, thresholds, explanations."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from scenarios.test_canary import BASE64, CANARY, CORE, PEM, assert_silent, places
from support import ROOT, Repository, posix_only, program, run_program, scrubbed

VALUE = "correct-horse-" + "battery-staple"
OTHER = "tide-Lantern-" + "88-moss"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: NAME, namespace: shop}}
stringData:
  password: {VALUE}
"""
BROKEN = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: x\nstringData: [\n"
KEY = {"SEALWRIGHT_BASELINE_KEY": "0123456789abcdef"}
BASELINE = ".sealwright-baseline.json"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    for name in ("a", "m", "z"):
        repository.write(f"apps/{name}.yaml", SECRET.replace("NAME", name))
    repository.commit()
    return repository


def scan(repository: Repository, *arguments: str, by: str = "sealwright", **env: str) -> tuple[int, str, str]:
    words = (by, "scan", *arguments) if by == "sealwright" else (by, *arguments)
    result = run_program(*words, cwd=repository.path, env=env)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert VALUE not in out + err
    assert "Traceback" not in out + err
    return result.returncode, out, err


def statuses(repository: Repository, *arguments: str, **env: str) -> dict[str, str]:
    """Status by path, and that no more is told of a finding than is published."""
    _, out, _ = scan(repository, "--format", "json", *arguments, **env)
    findings = json.loads(out)["findings"]
    assert not any({"digest", "hmac"} & finding.keys() for finding in findings)
    return {finding["path"].removeprefix("apps/"): finding["status"] for finding in findings}


def known(repository: Repository) -> list[str]:
    """The paths in the baseline."""
    entries = json.loads(repository.read(BASELINE))["entries"]
    assert entries.pop() == {}
    return [entry["path"].removeprefix("apps/") for entry in entries]


def test_what_is_in_the_baseline_does_not_fail_and_what_is_new_does(repository: Repository) -> None:
    code, out, _ = scan(repository, "--update-baseline")
    assert code == 0
    assert out.endswith(f"{BASELINE}: 3 entries, 3 added, 0 dropped.\n")
    assert scan(repository) == (0, "No new plaintext secret found in 3 files. 3 known.\n", "")
    assert statuses(repository) == dict.fromkeys(("a.yaml", "m.yaml", "z.yaml"), "known")
    repository.write("apps/new.yaml", SECRET)
    code, out, _ = scan(repository)
    assert code == 1
    assert "apps/new.yaml" in out
    assert "apps/a.yaml" not in out
    assert statuses(repository)["new.yaml"] == "new"
    assert scan(repository, "--no-baseline")[0] == 1
    assert statuses(repository, "--no-baseline") == dict.fromkeys(("a.yaml", "m.yaml", "new.yaml", "z.yaml"), "new")


def test_a_named_baseline_takes_the_place_of_the_default(repository: Repository) -> None:
    assert scan(repository, "--update-baseline", "--baseline", "known.json")[0] == 0
    assert not (repository.path / BASELINE).exists()
    assert scan(repository)[0] == 1
    assert scan(repository, "--baseline", "known.json")[0] == 0
    assert scan(repository, SEALWRIGHT_BASELINE="known.json")[0] == 0


@pytest.mark.parametrize("arguments", [(), ("--jobs", "2"), ("--staged",), ("apps",)])
def test_it_holds_however_files_are_chosen(repository: Repository, arguments: tuple[str, ...]) -> None:
    scan(repository, "--update-baseline", **KEY)
    repository.write("apps/m.yaml", f"# moved\n{SECRET.replace('NAME', 'm')}")
    repository.add()
    assert scan(repository, *arguments, **KEY)[0] == 0
    repository.write("apps/m.yaml", SECRET.replace("NAME", "m").replace(VALUE, OTHER))
    repository.add()
    assert scan(repository, *arguments)[0] == 0
    code, out, _ = scan(repository, *arguments, **KEY)
    assert code == 1
    assert "its value is not the one of the baseline" in out


def test_the_hook_obeys_it(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    assert scan(repository, "apps/a.yaml", by="sealwright-scan")[0] == 0
    assert scan(repository, "--no-baseline", "apps/a.yaml", by="sealwright-scan")[0] == 1
    repository.write("apps/new.yaml", SECRET)
    assert scan(repository, "apps/a.yaml", "apps/new.yaml", by="sealwright-scan")[0] == 1


def test_the_file_does_not_change_without_need(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    before = repository.read(BASELINE)
    for name in ("a", "m", "z"):
        text = SECRET.replace("NAME", name).replace(VALUE, OTHER)
        repository.write(f"apps/{name}.yaml", f"# {name}\n---\na: 1\n---\n{text}")
    code, out, _ = scan(repository, "--update-baseline", "--jobs", "2")
    assert (code, repository.read(BASELINE)) == (0, before)
    assert out.endswith("3 entries, 0 added, 0 dropped.\n")


def test_what_is_gone_is_said_once_and_only_when_all_was_looked_at(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    repository.write("apps/a.yaml", "a: 1\n")
    (repository.path / "apps" / "z.yaml").unlink()
    said = "2 entries of the baseline match nothing any more; `sealwright scan --update-baseline` drops them.\n"
    for whole in ((), (".",)):
        assert scan(repository, *whole) == (0, f"No new plaintext secret found in 2 files. 1 known.\n{said}", "")
    for part in (("apps",), ("--staged",), ("--depth", "9"), ("--skip-files", "x"), ("--no-baseline",)):
        assert "match nothing" not in scan(repository, *part)[1]
    assert "match nothing" not in scan(repository, "--format", "github")[1]
    (repository.path / "apps" / "m.yaml").unlink()
    repository.write("apps/a.yaml", SECRET.replace("NAME", "a"))
    assert scan(repository, "--update-baseline")[1].endswith("1 entry, 0 added, 2 dropped.\n")


def test_an_update_touches_the_files_that_were_scanned_and_no_others(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    for name in ("a", "m"):
        repository.write(f"apps/{name}.yaml", "a: 1\n")
    repository.write("apps/new.yaml", SECRET)
    repository.write("apps/other.yaml", SECRET)
    code, out, _ = scan(repository, "--update-baseline", "apps/a.yaml", "apps/new.yaml")
    assert (code, known(repository)) == (0, ["m.yaml", "new.yaml", "z.yaml"])
    assert out.endswith("3 entries, 1 added, 1 dropped.\n")
    assert (
        run_program("sealwright", "scan", "-", "--update-baseline", cwd=repository.path, stdin=b"a: 1").returncode == 0
    )
    assert known(repository) == ["m.yaml", "new.yaml", "z.yaml"]


def test_an_update_that_could_not_read_everything_keeps_what_it_did_not_see(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    repository.write("apps/a.yaml", BROKEN)
    repository.write("apps/m.yaml", "a: 1\n")
    assert scan(repository, "--update-baseline")[0] == 3
    assert known(repository) == ["a.yaml", "z.yaml"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", f"{BASELINE}:1:2: it is not JSON"),
        ("<<<<<<" + "< HEAD\n", f"{BASELINE}:1:1: it is not JSON"),
        ("[]", f"{BASELINE}: it is not a baseline"),
        ('{"version": 2, "entries": []}', f"{BASELINE}: it is a baseline of another version"),
        ('{"version": 1, "entries": [{}, {"path": "a"}]}', f"{BASELINE}: its entry 2 is malformed"),
    ],
)
def test_a_malformed_baseline_is_neither_used_nor_overwritten(repository: Repository, content: str, said: str) -> None:
    repository.write(BASELINE, content)
    for arguments in ((), ("--update-baseline",), ("--baseline", BASELINE)):
        code, out, err = scan(repository, *arguments)
        assert (code, out) == (2, "")
        assert said in err
        assert "\nhint:  " in err
    assert repository.read(BASELINE).decode() == content


@posix_only
def test_what_lies_at_the_default_place_does_not_stop_us(repository: Repository) -> None:
    os.mkfifo(repository.path / BASELINE)
    assert scan(repository)[0] == 2
    (repository.path / BASELINE).unlink()
    (repository.path / BASELINE).symlink_to("/dev/zero")
    assert scan(repository, "--update-baseline")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--baseline", "none.json"), "none.json: no such file"),
        (("--baseline", "apps"), "apps: cannot be read"),
        (("--import-baseline", "x"), "--import-baseline goes with --update-baseline"),
        (("--update-baseline", "--import-baseline", "none.json"), "none.json: no such file"),
        (("--update-baseline", "--import-baseline", "empty.json"), "is not a baseline of detect-secrets"),
        (("--update-baseline", "--baseline", "theirs.json"), "theirs.json: is a baseline of detect-secrets"),
        (("--baseline", "broken.json"), "broken.json: it is not a baseline of detect-secrets"),
        (("--no-baseline", "--update-baseline"), "--no-baseline contradicts"),
        (("--no-baseline", "--baseline", "empty.json"), "--no-baseline contradicts"),
        (("--update-baseline", "--baseline", "no/folder/b.json"), "no/folder/b.json: the baseline cannot be written"),
    ],
)
def test_usage(repository: Repository, arguments: tuple[str, ...], said: str) -> None:
    repository.write("theirs.json", '{"results": {}}')
    repository.write("broken.json", '{"results": {"a": 1}}')
    repository.write("empty.json", "")
    code, _, err = scan(repository, *arguments)
    assert code == (3 if "written" in said else 2)
    assert said in err
    assert not (repository.path / BASELINE).exists()


def key_file(folder: Path, content: bytes = b"0123456789abcdef\n", mode: int = 0o600) -> str:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


def test_a_key_in_a_file_is_the_same_as_one_in_the_environment(repository: Repository, tmp_path: Path) -> None:
    assert scan(repository, "--update-baseline", "--baseline-key", key_file(tmp_path))[0] == 0
    assert repository.read(BASELINE).count(b'"hmac"') == 3
    assert scan(repository, **KEY)[0] == 0
    code, out, _ = scan(repository, SEALWRIGHT_BASELINE_KEY="another key of 22 bytes")
    assert code == 1
    assert "is this the key that it was written with?" in out
    assert scan(repository, SEALWRIGHT_BASELINE_KEY_FILE=key_file(tmp_path))[0] == 0


@pytest.mark.parametrize("content", [b"", b"0123456789abcde", b"0123456789abcde\n\n"])
def test_a_short_key_is_refused(repository: Repository, tmp_path: Path, content: bytes) -> None:
    code, _, err = scan(repository, "--update-baseline", "--baseline-key", key_file(tmp_path, content))
    assert code == 2
    assert "shorter than 16 bytes" in err
    assert "0123" not in err
    if content:
        code, _, err = scan(repository, "--update-baseline", SEALWRIGHT_BASELINE_KEY=content.decode())
        assert (code, "shorter than 16 bytes" in err) == (2, True)


@posix_only
def test_a_key_that_others_can_read_or_that_is_in_the_repository_is_refused(
    repository: Repository, tmp_path: Path
) -> None:
    for mode in (0o640, 0o604, 0o644):
        code, _, err = scan(repository, "--update-baseline", "--baseline-key", key_file(tmp_path, mode=mode))
        assert (code, "others may read this key" in err) == (2, True)
    inside = key_file(repository.path)
    code, _, err = scan(repository, "--update-baseline", "--baseline-key", inside)
    assert (code, "lies in the repository" in err) == (2, True)
    repository.write(".gitignore", "/key\n")
    assert scan(repository, "--update-baseline", "--baseline-key", inside)[0] == 0


def merge_branches(repository: Repository, ours: tuple[str, ...], theirs: tuple[str, ...], **env: str) -> int:
    """Take files into the baseline on two branches and merge them; what git merge returns."""
    scan(repository, "--update-baseline", **env)
    repository.commit("Known")
    repository.git("branch", "theirs")
    for branch, names in (("main", ours), ("theirs", theirs)):
        repository.git("checkout", "--quiet", branch)
        for name in names:
            repository.write(f"apps/{name}.yaml", SECRET.replace("NAME", "x"))
        assert scan(repository, "--update-baseline", **env)[0] == 0
        repository.commit(branch)
    repository.git("checkout", "--quiet", "main")
    command = ["git", "merge", "--quiet", "--no-edit", "theirs"]
    return subprocess.run(command, cwd=repository.path, env=scrubbed(os.environ), check=False).returncode


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(("b",), ("n",)), (("zz",), ("n",)), (("n",), ("zz",)), (("0", "n"), ("b", "zz")), (("b", "n"), ("b", "zz"))],
    ids=["between", "at the end", "before the end", "everywhere", "the same one"],
)
def test_two_branches_that_add_entries_merge(
    repository: Repository, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    assert merge_branches(repository, ours, theirs) == 0
    assert known(repository) == sorted({f"{name}.yaml" for name in ("a", "m", "z", *ours, *theirs)})
    before = repository.read(BASELINE)
    assert scan(repository)[0] == 0
    scan(repository, "--update-baseline")
    assert repository.read(BASELINE) == before


@pytest.mark.parametrize("env", [{}, KEY], ids=["without a key", "under a key"])
def test_gits_union_merges_entries_for_the_same_place(repository: Repository, env: dict[str, str]) -> None:
    assert merge_branches(repository, ("c",), ("b", "d"), **env) != 0
    repository.git("merge", "--abort")
    repository.git("branch", "--delete", "--force", "theirs")
    repository.write(".gitattributes", f"{BASELINE} merge=union\n")
    assert merge_branches(repository, ("g",), ("f", "h"), **env) == 0
    assert sorted(known(repository)) == [f"{name}.yaml" for name in "acfghmz"]
    assert scan(repository, **env)[0] == 0
    scan(repository, "--update-baseline", **env)
    assert known(repository) == [f"{name}.yaml" for name in "acfghmz"]


def detect_secrets(repository: Repository) -> str:
    """What detect-secrets itself writes for the repository."""
    repository.add()
    command = [program("detect-secrets"), "scan", "apps"]
    output = subprocess.run(command, cwd=repository.path, env=scrubbed(os.environ), capture_output=True, check=True)
    return output.stdout.decode()


def test_a_baseline_of_detect_secrets_is_used_and_converted(repository: Repository) -> None:
    theirs = detect_secrets(repository)
    hashes = re.findall(r'"hashed_secret": "([0-9a-f]{40})"', theirs)
    assert len(hashes) == 3
    repository.write(".secrets.baseline", theirs)
    repository.write("apps/new.yaml", SECRET)
    repository.write("apps/z.yaml", SECRET.replace("NAME", "z").replace(VALUE, OTHER))
    expected = {"a.yaml": "known", "m.yaml": "known", "new.yaml": "new", "z.yaml": "new"}
    assert statuses(repository, "--baseline", ".secrets.baseline") == expected
    code, out, _ = scan(repository, "--update-baseline", "--import-baseline", ".secrets.baseline")
    assert (code, known(repository)) == (1, ["a.yaml", "m.yaml"])
    assert "apps/new.yaml" in out
    assert statuses(repository) == expected
    assert not any(digest.encode() in repository.read(BASELINE) for digest in hashes)
    assert repository.read(".secrets.baseline").decode() == theirs


CONFIGURATION = """scan:
  overrides:
    - paths: [apps/m.yaml]
      rules: {secret-string-data: off}
waivers:
  - {rule: secret-string-data, path: apps/a.yaml, reason: it is a demo, owner: me, expires: 2999-12-31}
  - {rule: secret-string-data, path: apps/z.yaml, reason: until spring, owner: me, expires: 2001-01-31}
  - {rule: private-key, path: "**", reason: there was one, owner: me}
  - {rule: WRK001, path: "**", reason: for another command, owner: me}
"""


def test_waivers_and_overrides(repository: Repository) -> None:
    repository.write(".sealwright.yaml", CONFIGURATION)
    code, out, _ = scan(repository)
    assert code == 1
    assert out.splitlines()[:8] == [
        "apps/a.yaml",
        "  5:13  secret-string-data  waived  it is a demo",
        "",
        "apps/z.yaml",
        "  5:13  secret-string-data  high  Secret shop/z keeps `password` in clear; its waiver expired on 2001-01-31",
        "   fix  sealwright seal --in-place --certificate CERT apps/z.yaml",
        "",
        ".sealwright.yaml",
    ]
    assert "  7:12  waiver-expired  info  this waiver of secret-string-data expired on 2001-01-31" in out
    assert "  8:12  waiver-unused   info  this waiver of private-key covers nothing" in out
    assert "WRK001" not in out
    report = json.loads(scan(repository, "--format", "json")[1])
    assert [(found["path"], found["status"], found.get("reason")) for found in report["findings"]] == [
        ("apps/a.yaml", "waived", "it is a demo"),
        ("apps/z.yaml", "new", None),
        (".sealwright.yaml", "new", None),
        (".sealwright.yaml", "new", None),
    ]
    assert "waiver" not in scan(repository, "apps/a.yaml", "apps/m.yaml")[1].replace("waived", "")


def test_an_expired_waiver_alone_does_not_fail(repository: Repository) -> None:
    repository.write(".sealwright.yaml", CONFIGURATION)
    (repository.path / "apps" / "z.yaml").unlink()
    code, out, _ = scan(repository)
    assert code == 0
    assert "waiver-expired" in out
    assert scan(repository, "--severity-threshold", "info")[0] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("waivers: [{rule: secret-date, path: a, reason: b, owner: c}]", "1:18: there is no rule `secret-date`"),
        ("waivers: [{rule: secret-date, path: a, reason: b, owner: c}]", "did you mean `secret-data`?"),
        ("waivers: [{rule: waiver-expired, path: a, reason: b, owner: c}]", "1:18: there is no rule `waiver-expired`"),
        ("waivers: [{rule: 'hunter2 x', path: a, reason: b, owner: c}]", "1:18: there is no such rule"),
        ("waivers: [{rule: secret-data, path: a, reason: b}]", "1:11: waivers[0] has no `owner`"),
        ("scan: {overrides: [{paths: [a], rules: {privatekey: off}}]}", "1:41: there is no rule `privatekey`"),
        ("scan: {overrides: [{paths: [a], rules: {WRK001: off}}]}", "1:41: there is no rule `WRK001`"),
    ],
)
def test_a_wrong_name_in_the_configuration(repository: Repository, text: str, said: str) -> None:
    repository.write(".sealwright.yaml", text)
    code, _, err = scan(repository)
    assert code == 2
    assert said in err
    assert "hunter2" not in err


def test_an_explanation_for_each_finding(repository: Repository) -> None:
    repository.write("apps/k.json", json.dumps({"kind": "Secret", "stringData": {"p": VALUE}}))
    code, out, _ = scan(repository, "--explain")
    assert code == 1
    assert "rule   A Kubernetes Secret keeps a value in `stringData`. It finds every non-empty value" in out
    assert "here   the text of `stringData.password` of Secret shop/m, on line 5\n" in out
    assert out.count("sure   certain: the structure of the document says so\n") == 4
    assert out.count("allow  a line above it: # sealwright: allow[secret-string-data] WHY\n") == 3
    waiver = "{rule: secret-string-data, path: apps/k.json, reason: WHY, owner: WHO, expires: YYYY-MM-DD}"
    assert f"waive  in `waivers` of .sealwright.yaml: {waiver}\n" in out
    assert out.count("fix    `sealwright seal --in-place FILE`") == 1
    assert out.count("fix    as above\n") == 3
    assert "4 files looked into, 0 passed over" in out


def test_an_explanation_of_what_was_not_found(repository: Repository) -> None:
    shutil.rmtree(repository.path / "apps")
    repository.write("a.yaml", "kind: Deployment\n")
    repository.write("b.yaml", SECRET.replace(VALUE, "${PASSWORD}"))
    repository.write("c.txt", "hello\n")
    said = (
        "No plaintext secret found in 3 files. 1 file looked into, 2 passed over: their bytes hold none of the words "
    )
    assert scan(repository, "--explain") == (0, f"{said}that a finding needs.\n", "")


def test_an_explained_allowance_and_waiver_are_the_ones_to_copy(repository: Repository) -> None:
    scan(repository, "--update-baseline", "apps/z.yaml")
    _, out, _ = scan(repository, "--explain", "apps/z.yaml", "apps/a.yaml", "apps/m.yaml")
    comment = next(line for line in out.splitlines() if "allow[" in line).partition("above it: ")[2]
    waiver = next(line for line in out.splitlines() if "path: apps/m.yaml" in line).partition(": {")[2]
    assert "state  known: in the baseline" in out
    repository.write("apps/a.yaml", SECRET.replace("  password", f"  {comment}\n  password"))
    filled = waiver.replace("WHY", "a test").replace("WHO", "me").replace("YYYY-MM-DD", "2999-01-01")
    repository.write(".sealwright.yaml", f"waivers:\n- {{{filled}\n")
    assert statuses(repository) == {"a.yaml": "waived", "m.yaml": "waived", "z.yaml": "known"}


@pytest.mark.parametrize("keyed", [False, True], ids=["without a key", "under a key"])
def test_no_value_in_any_form_reaches_the_baseline_or_an_explanation(tmp_path: Path, keyed: bool) -> None:
    repository = Repository.init(tmp_path / "repository")
    for name, content in places():
        repository.write(name, content)
    key = ["--baseline-key", key_file(tmp_path)] if keyed else []
    for arguments in (["--explain"], ["--update-baseline", *key], ["--jobs", "2", *key], ["--format", "sarif", *key]):
        result = run_program("sealwright", "scan", *arguments, cwd=repository.path)
        assert result.returncode == 3
        assert_silent(result.stdout + result.stderr, str(arguments))
    written = repository.read(BASELINE)
    assert written.count(b'"hmac"') == (written.count(b'"fingerprint"') if keyed else 0)
    assert written.count(b'"fingerprint"') > 10
    assert_silent(written, BASELINE)
    for value in (CANARY, BASE64, CORE, f"{CANARY}\n", f"first\n{CANARY}\n"):
        digests = [hashlib.new(name, value.encode()).hexdigest().encode() for name in ("md5", "sha1", "sha256")]
        assert not any(digest[:16] in written for digest in digests)


PAGE = (ROOT / "docs" / "baseline.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_page_run(repository: Repository) -> None:
    repository.write(".secrets.baseline", detect_secrets(repository))
    os.rename(key_file(repository.path.parent), repository.path.parent / "baseline.key")
    lines = [shlex.split(line, comments=True) for block in blocks("bash") for line in block.splitlines()]
    inline = [shlex.split(line) for line in re.findall(r"`(sealwright scan --history HEAD[^`]*)`", PAGE)]
    commands = [line for line in (*lines, *inline) if line[0] == "sealwright"]
    assert len(commands) == 8
    for command in commands:
        result = run_program(*command, cwd=repository.path)
        assert result.returncode == (1 if "--no-baseline" in command else 0), (command, result.stdout, result.stderr)
    assert len(json.loads(repository.read("history.json"))["entries"]) == 4


def test_the_configuration_of_the_page_is_accepted(repository: Repository) -> None:
    [text] = blocks("yaml")
    repository.write(".sealwright.yaml", text)
    code, out, err = scan(repository)
    assert (code, err) == (1, "")
    assert "waiver-unused" in out
    [attribute] = blocks("text")
    assert attribute == f"{BASELINE} merge=union\n"


def test_history_knows_the_baseline_and_adds_to_one_of_its_own(repository: Repository) -> None:
    scan(repository, "--update-baseline")
    repository.commit("Known")
    repository.write("apps/gone.yaml", SECRET)
    repository.commit("One more")
    (repository.path / "apps" / "gone.yaml").unlink()
    repository.commit("It is gone")
    assert scan(repository)[0] == 0
    assert statuses(repository, "--history", "HEAD") == {
        "a.yaml": "known",
        "gone.yaml": "new",
        "m.yaml": "known",
        "z.yaml": "known",
    }
    code, _, err = scan(repository, "--history", "HEAD", "--update-baseline")
    assert (code, "needs a baseline of its own" in err) == (2, True)
    assert scan(repository, "--history", "HEAD", "--update-baseline", "--baseline", "old.json")[0] == 0
    assert scan(repository, "--history", "HEAD", "--baseline", "old.json")[0] == 0
    before = repository.read("old.json")
    assert scan(repository, "--history", "HEAD~1..HEAD", "--update-baseline", "--baseline", "old.json")[0] == 0
    assert repository.read("old.json") == before
    assert scan(repository)[1] == "No new plaintext secret found in 4 files. 3 known.\n"


def test_how_sure_a_finding_has_to_be(repository: Repository) -> None:
    repository.write("keys/likely.pem", PEM)
    for threshold, code in (("possible", 1), ("likely", 1), ("certain", 0)):
        assert scan(repository, "keys", "--confidence-threshold", threshold)[0] == code
        assert scan(repository, "keys", SEALWRIGHT_CONFIDENCE_THRESHOLD=threshold)[0] == code
    assert scan(repository, "keys")[0] == 1
    code, out, _ = scan(repository, "keys", "--confidence-threshold", "certain")
    assert "keys/likely.pem\n  1:1  private-key  high  " in out
    assert scan(repository, "apps", "--confidence-threshold", "certain")[0] == 1
