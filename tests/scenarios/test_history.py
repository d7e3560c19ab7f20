"""`sealwright scan --history`: secrets that were ever committed, as the installed program tells of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scenarios.test_canary import assert_silent, places
from support import ROOT, Repository, posix_only, program, run_program, scrubbed

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: shop}}
stringData:
  password: {VALUE}
"""
GONE = "no longer at the tip: it can still be read, rotate it"
CLEAN = SECRET.replace(VALUE, '""')


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A secret that was removed again, and one that is still there."""
    repository = Repository.init(tmp_path / "repository")
    for name, content in (("apps/clean", CLEAN), ("apps/db", SECRET), ("apps/db", CLEAN), ("other/new", SECRET)):
        repository.write(f"{name}.yaml", content)
        repository.commit()
    return repository


def scan(repository: Repository, *arguments: str, cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    result = run_program("sealwright", "scan", *arguments, cwd=cwd or repository.path, env=env)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert VALUE not in out + err
    assert "Traceback" not in out + err
    return result.returncode, out, err


def findings(repository: Repository, *arguments: str, cwd: Path | None = None, **env: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(scan(repository, "--format=json", *arguments, cwd=cwd, **env)[1])[
        "findings"
    ]
    return found


def commits(repository: Repository) -> list[str]:
    """Oldest first."""
    return repository.git("rev-list", "--reverse", "HEAD").split()


def test_the_text_says_when_and_what_to_do(repository: Repository) -> None:
    _, added, _, tip = commits(repository)
    code, out, err = scan(repository, "--history", "HEAD")
    assert (code, err) == (1, "")
    assert out.splitlines()[:9] == [
        "apps/db.yaml",
        "  5:13  secret-string-data  high  Secret shop/db keeps `password` in clear",
        f"        in history  first {added[:8]} 2026-01-01, last {added[:8]} 2026-01-01; {GONE}",
        "",
        "other/new.yaml",
        "  5:13  secret-string-data  high  Secret shop/db keeps `password` in clear",
        f"        in history  first {tip[:8]} 2026-01-01, last {tip[:8]} 2026-01-01; still at the tip",
        "   fix  sealwright seal --in-place --certificate CERT other/new.yaml",
        "",
    ]


def test_json_sarif_and_github(repository: Repository) -> None:
    _, added, _, tip = commits(repository)
    expected = [
        {"first": added, "last": added, "at_tip": False},
        {"first": tip, "last": tip, "at_tip": True},
    ]
    assert [finding["history"] for finding in findings(repository, "--history=HEAD")] == expected
    [finding] = findings(repository)
    assert "history" not in finding
    assert finding["fingerprint"] == findings(repository, "--history=HEAD")[1]["fingerprint"]
    results = json.loads(scan(repository, "--history=HEAD", "--format=sarif")[1])["runs"][0]["results"]
    assert [result["properties"]["history"] for result in results] == expected
    assert "no longer at the tip" in results[0]["message"]["text"]
    assert "no longer at the tip" in scan(repository, "--history=HEAD", "--format=github")[1]


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (["--history", "HEAD~1..HEAD"], ["other/new.yaml"]),
        (["--history", "HEAD~2..HEAD~1"], []),
        (["--history", "HEAD..HEAD"], []),
        (["--history", "--all"], ["apps/db.yaml", "other/new.yaml"]),
        (["--history=--all"], ["apps/db.yaml", "other/new.yaml"]),
        (["--history", "--branches", "apps"], ["apps/db.yaml"]),
        (["--history", "--tags"], []),
        (["--history", "HEAD", "apps/db.yaml", "other"], ["apps/db.yaml", "other/new.yaml"]),
        (["--history", "HEAD", "--skip-files", "apps/**"], ["other/new.yaml"]),
        (["--history", "HEAD", "--severity-threshold", "critical"], ["apps/db.yaml", "other/new.yaml"]),
        (["--history", "HEAD", "--jobs", "2"], ["apps/db.yaml", "other/new.yaml"]),
    ],
)
def test_ranges_and_other_options(repository: Repository, arguments: list[str], paths: list[str]) -> None:
    assert [finding["path"] for finding in findings(repository, *arguments)] == paths
    counted = paths and "critical" not in arguments
    assert scan(repository, *arguments)[0] == (1 if counted else 0)


def test_the_environment_and_a_subfolder(repository: Repository) -> None:
    assert len(findings(repository, SEALWRIGHT_HISTORY="--all")) == 2
    inside = repository.path / "apps"
    assert [finding["path"] for finding in findings(repository, "--history=HEAD", cwd=inside)] == [
        "apps/db.yaml",
        "other/new.yaml",
    ]
    assert [finding["path"] for finding in findings(repository, "--history=HEAD", ".", cwd=inside)] == ["apps/db.yaml"]


def test_an_empty_range_is_clean_and_silent(repository: Repository) -> None:
    assert scan(repository, "--history", "HEAD..HEAD") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--history", "hunter2"], "commits that this repository does not have"),
        (["--history", "hunter2..HEAD"], "in CI the other branch may have to be fetched first (fetch-depth: 0)"),
        (["--history=--hunter2=hunter2"], "needs a range of commits"),
        (["--history=-hunter2"], "needs a range of commits"),
        (["--history", "HEAD --hunter2"], "takes no such option"),
        (["--history="], "needs a range of commits"),
        (["--history"], "expected one argument"),
        (["--history", "--output"], "expected one argument"),
        (["--history", "HEAD", "--staged"], "contradict each other"),
        (["--history", "HEAD", "-"], "does not read standard input"),
        (["--history", "HEAD", "hunter"], "no such file or folder in these commits"),
    ],
)
def test_usage(repository: Repository, arguments: list[str], said: str) -> None:
    code, out, err = scan(repository, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "\nhint:  " in err
    assert "hunter2" not in err


def test_outside_of_a_repository(tmp_path: Path) -> None:
    result = run_program("sealwright", "scan", "--history", "HEAD", cwd=tmp_path)
    assert result.returncode == 2
    assert b"needs a git repository" in result.stderr


def test_a_bare_repository(repository: Repository, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    repository.git("clone", "--quiet", "--bare", repository.path, bare)
    assert len(findings(repository, "--history=--all", cwd=bare)) == 2
    assert len(findings(repository, "--history=--all", "apps", cwd=bare)) == 1
    assert len(findings(repository, "--history=--all", cwd=tmp_path, GIT_DIR="bare.git")) == 2
    (bare / ".sealwright.yaml").write_text("scan: {skip-files: [apps/**]}\n", encoding="utf-8")
    assert len(findings(repository, "--history=--all", cwd=bare)) == 1


def test_a_detached_head(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--detach", "HEAD~1")
    repository.write("apps/detached.yaml", SECRET)
    repository.commit()
    for text in ("HEAD", "--all"):
        assert "apps/detached.yaml" in [finding["path"] for finding in findings(repository, f"--history={text}")]


def test_a_shallow_clone_is_not_clean(repository: Repository, tmp_path: Path) -> None:
    clone = Repository(tmp_path / "clone")
    repository.git("clone", "--quiet", "--depth", "2", repository.path.as_uri(), clone.path)
    code, out, _ = scan(clone, "--history", "HEAD")
    assert code == 3
    assert "the history is cut off at commit" in out
    assert "fetch-depth: 0" in out
    assert scan(clone, "--history", "HEAD~1..HEAD")[0] == 1
    code, _, err = scan(clone, "--history", "HEAD~2..HEAD")
    assert code == 2
    assert "fetch-depth: 0" in err


def test_what_is_known_to_the_baseline_is_known_in_history_too(repository: Repository) -> None:
    repository.write("apps/db.yaml", SECRET)
    repository.commit()
    assert scan(repository, "--update-baseline")[0] == 0
    assert scan(repository, "--history", "HEAD")[0] == 0
    assert scan(repository, "--history", "HEAD", "--no-baseline")[0] == 1


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_no_output_holds_a_value(tmp_path: Path, name: str) -> None:
    repository = Repository.init(tmp_path / "repository")
    for path, content in places():
        repository.write(path, content)
    repository.commit()
    repository.git("rm", "--quiet", "-r", ".")
    repository.commit()
    arguments = ("scan", "--history", "HEAD", "--max-bytes", "10000", "--format", name)
    result = run_program("sealwright", *arguments, cwd=repository.path)
    assert result.returncode == 3
    assert len(result.stdout) > 1000
    assert_silent(result.stdout + result.stderr, name)


def test_the_page_configures_what_is_offered(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
    configuration = tmp_path / "config.yaml"
    configuration.write_text(text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    subprocess.run([program("pre-commit"), "validate-config", str(configuration)], check=True, capture_output=True)
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    named = re.findall(r"- id: (\S+)", configuration.read_text(encoding="utf-8"))
    assert "sealwright-history" in named
    assert all(f"- id: {name}\n" in offered for name in named)


def imported(folder: Path, count: int) -> Repository:
    """A history of so many commits, made in one go; a tenth of them bring a Secret that the next one removes."""
    repository = Repository.init(folder)
    stream = b""
    for number in range(count):
        text = (SECRET if number % 10 == 0 else CLEAN).replace("name: db", f"name: db{number}").encode()
        stream += b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n" % (
            1_700_000_000 + number
        )
        stream += b"M 100644 inline apps/%d/db.yaml\ndata %d\n%s\n" % (number % 7, len(text), text)
    repository.git("fast-import", "--quiet", stdin=stream)
    return repository


def test_several_processes_over_more_contents_than_a_pipe_takes_requests(tmp_path: Path) -> None:
    repository = imported(tmp_path / "repository", 2000)
    alone = findings(repository, "--history=HEAD")
    assert findings(repository, "--history=HEAD", "--jobs", "2") == alone
    assert len(alone) == 200


WRAPPER = """\
#!{python}
import os, sys
with open({log!r}, "a") as log:
    log.write(" ".join(word for word in sys.argv[1:] if word != "-c" and "=" not in word.partition(" ")[0]) + "\\n")
os.execv({git!r}, [{git!r}, *sys.argv[1:]])
"""


@posix_only
def test_a_long_history_takes_one_process_for_all_contents(tmp_path: Path) -> None:
    repository = imported(tmp_path / "repository", 300)
    git, log = shutil.which("git"), tmp_path / "log"
    assert git
    (tmp_path / "bin").mkdir()
    wrapper = tmp_path / "bin" / "git"
    wrapper.write_text(WRAPPER.format(python=sys.executable, log=str(log), git=git), encoding="utf-8")
    wrapper.chmod(0o755)
    path = f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"
    found = findings(repository, "--history=--all", PATH=path)
    assert len(found) == 30
    started = Counter(line.split()[0] for line in log.read_text(encoding="utf-8").splitlines())
    assert started["cat-file"] == 1
    assert started["rev-list"] <= 4
    assert started["diff-tree"] == 1
    assert sum(started.values()) < 12, started
    assert [line for line in log.read_text(encoding="utf-8").splitlines() if VALUE in line] == []


@posix_only
@pytest.mark.parametrize(
    ("arguments", "env", "shown"),
    [
        ((), {}, True),
        (("--no-progress",), {}, False),
        ((), {"CI": "true"}, False),
        ((), {"PRE_COMMIT": "1"}, False),
        ((), {"TERM": "dumb"}, False),
    ],
)
def test_the_counter_is_for_who_waits(
    tmp_path: Path, arguments: tuple[str, ...], env: dict[str, str], shown: bool
) -> None:
    import pty

    repository = imported(tmp_path / "repository", 30)
    leader, follower = pty.openpty()
    result = subprocess.run(
        [program("sealwright"), "scan", "--history=HEAD", *arguments],
        cwd=repository.path,
        env=scrubbed(os.environ) | {"TERM": "xterm"} | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=follower,
        check=False,
    )
    os.close(follower)
    seen = read_all(leader)
    assert result.returncode == 1
    assert (b"versions of files" in seen) is shown
    assert b"versions of files" not in result.stdout
    assert seen.endswith(b"\r\x1b[K") if shown else seen == b""


def read_all(descriptor: int) -> bytes:
    data = b""
    try:
        while chunk := os.read(descriptor, 65536):
            data += chunk
    except OSError:
        pass  # on Linux, the end of a terminal that nobody holds any more
    os.close(descriptor)
    return data
