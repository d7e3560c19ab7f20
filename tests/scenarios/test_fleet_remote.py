"""Repositories on a host that wants a password, asked through the installed program."""

from __future__ import annotations

import json
import os
from pathlib import Path

from git_host import GitHost
from loopback_server import Answered, Fault, serving
from support import Repository, run_program

PASSWORD = "Kanarienvogel-4711"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  password: correct horse {}\n"


def scan(*words: str, cwd: Path) -> tuple[int, list[str], str]:
    """The exit code, the paths with findings, and everything that was said."""
    options = ("--jobs=1", "--mirrors=mirrors", "--cache=cache", "--output=jsonl=findings", "--output=repositories=all")
    environment = {"GIT_CONFIG_GLOBAL": str(cwd / "settings")}
    result = run_program("sealwright", "fleet", "scan", *words, *options, cwd=cwd, env=environment)
    text = (result.stdout + result.stderr).decode() + (cwd / "all").read_text(encoding="utf-8")
    assert "Traceback" not in text
    found = [json.loads(line)["path"] for line in (cwd / "findings").read_text(encoding="utf-8").splitlines()]
    return result.returncode, found, text


def test_a_private_host_is_asked_with_gits_own_credential(tmp_path: Path) -> None:
    host = GitHost(tmp_path / "host", {"me": PASSWORD})
    source = Repository.init(tmp_path / "source")
    source.write("old.yaml", SECRET.format("one"))
    source.commit()
    source.git("rm", "--quiet", "old.yaml")
    source.write("new.yaml", SECRET.format("two"))
    source.commit()
    host.add("shop.git", source)
    host.add("team/fork.git", source)
    with serving(host):
        store = tmp_path / "store"
        store.write_text(host.base.replace("//", f"//me:{PASSWORD}@") + "\n", encoding="utf-8")
        (tmp_path / "settings").write_text(f"[credential]\n\thelper = store --file {store.as_posix()}\n", "utf-8")
        export = [{"full_name": name, "clone_url": f"{host.base}/{name}.git"} for name in ("shop", "team/fork", "gone")]
        (tmp_path / "export.json").write_text(json.dumps(export), encoding="utf-8")
        code, found, text = scan("export.json", "--run=one", cwd=tmp_path)
        assert code == 3  # one is gone
        assert found == ["new.yaml", "new.yaml"]
        assert "no such repository" in text

        asked = len(host.seen)
        code, found, more = scan(f"{host.base}/shop", f"{host.base}/team/fork", "--run=two", cwd=tmp_path)
        assert (code, found) == (1, ["new.yaml", "new.yaml"])
        assert not any(b"command=fetch" in one.body for one in host.seen[asked:])

        code, found, history = scan(f"{host.base}/shop.git", "--history=--all", "--run=three", cwd=tmp_path)
        assert (code, found) == (1, ["new.yaml", "old.yaml"])

        host.faults = [Fault("GET", "shop", Answered(429, headers={"Retry-After": "1"}), times=2)]
        code, found, _ = scan(f"{host.base}/shop.git", "--run=four", cwd=tmp_path)
        assert (code, found) == (1, ["new.yaml"])  # it was asked again, after the pause
        assert host.faults == []
    files = [Path(folder) / name for folder, _, names in os.walk(tmp_path) for name in names]
    holders = {path.name for path in files if PASSWORD.encode() in path.read_bytes()}
    assert holders == {"store"}
    assert PASSWORD not in text + more + history
