"""What kustomizations say of files: the same for all files at once, for one alone, and from the index."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from support import Repository as Checkout
from support import posix_only
from unit.detect.scans import growth

from sealwright.manifest import documents
from sealwright.manifest.discover import Selection, Target, discover
from sealwright.manifest.git import Repository
from sealwright.manifest.purposes import Job, with_purposes
from sealwright.manifest.source import Source

FILES = "kind: Kustomization\nsecretGenerator:\n- name: a\n  files:\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.init(tmp_path / "repository")


def jobs(checkout: Checkout, *paths: str, staged: bool = False, **options: object) -> list[Job]:
    repository = Repository(str(checkout.path))
    selection = Selection(tuple(str(checkout.path / path) for path in paths), staged=staged, **options)  # type: ignore[arg-type]
    return list(with_purposes(discover(selection, repository), selection, repository))


def purposes(found: Iterable[Job]) -> dict[str, str]:
    """Those of files that have one."""
    return {job.target.path: job.purpose for job in found if job.purpose}


def kustomize(checkout: Checkout, path: str, *lines: str) -> None:
    checkout.write(path, "".join(f"{line}\n" for line in ("kind: Kustomization", *lines)))


USES = {
    "files": ("secretGenerator: [{files: [creds/a.txt]}]", "secret"),
    "files with a key": ("secretGenerator: [{files: [password=creds/a.txt]}]", "secret"),
    "a dot before": ("secretGenerator: [{files: [./creds/../creds/a.txt]}]", "secret"),
    "envs": ("secretGenerator: [{envs: [creds/a.txt]}]", "env"),
    "the older env": ("secretGenerator: [{env: creds/a.txt}]", "env"),
    "a config map's files": ("configMapGenerator: [{files: [creds/a.txt]}]", "config"),
    "a config map's envs": ("configMapGenerator: [{envs: [creds/a.txt]}]", "config"),
    "a patch of a Secret": ("patches: [{path: creds/a.txt, target: {kind: Secret}}]", "secret-patch"),
    "the older patch": ("patchesJson6902: [{path: creds/a.txt, target: {kind: Secret, name: a}}]", "secret-patch"),
    "a patch of a config map": ("patches: [{path: creds/a.txt, target: {kind: ConfigMap}}]", "other-patch"),
    "a patch of anything": ("patches: [{path: creds/a.txt}]\n# Secret", "applied"),
    "a patch of several": ("patches: [{path: creds/a.txt, target: {kind: Secret|ConfigMap}}]", "applied"),
    "a resource": ("resources: [creds/a.txt, creds]", "applied"),
    "a comment": ("resources: [creds/b.yaml]\n# creds/a.txt", ""),
    "for two": ("configMapGenerator: [{files: [creds/a.txt]}]\nsecretGenerator: [{envs: [creds/a.txt]}]", "env"),
    "for two, again": ("secretGenerator: [{files: [creds/a.txt], envs: [creds/a.txt]}]", "secret"),
    "an inline plug-in": ("generators:\n- |\n  kind: SecretGenerator\n  files: [creds/a.txt]", "secret"),
    "a folder": ("secretGenerator: [{files: [creds]}]", ""),
    "an address": ("secretGenerator: [{files: ['https://example.com/creds/a.txt']}]", ""),
    "nothing": ("secretGenerator: [{files: [creds/b.txt, '', '=', 'x=', {a: creds/a.txt}, [creds/a.txt]]}]", ""),
    "another kind": ("helmCharts: [creds/a.txt]\n# secretGenerator: [{files: [creds/a.txt]}]", ""),
}


@pytest.mark.parametrize("staged", [False, True], ids=["work tree", "index"])
@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
@pytest.mark.parametrize(("content", "expected"), USES.values(), ids=USES)
def test_uses(content: str, expected: str, name: str, staged: bool, checkout: Checkout) -> None:
    checkout.write("apps/creds/a.txt", "hunter2")
    checkout.write("apps/creds/c.txt", "hunter2")
    kustomize(checkout, f"apps/{name}", content)
    checkout.add()
    everything = purposes(jobs(checkout, staged=staged))
    assert everything == ({"apps/creds/a.txt": expected} if expected else {})
    assert purposes(jobs(checkout, "apps/creds/a.txt", staged=staged)) == everything
    if expected in {"secret", "env", "config"}:
        assert purposes(jobs(checkout, f"apps/{name}", staged=staged)) == everything


@pytest.mark.parametrize("staged", [False, True], ids=["work tree", "index"])
def test_the_kustomization_may_stand_far_above(staged: bool, checkout: Checkout) -> None:
    checkout.write("a/b/c/d/secret.txt", "hunter2")
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [a/b/c/d/secret.txt]}]")
    kustomize(checkout, "a/b/kustomization.yaml", "configMapGenerator: [{files: [c/d/secret.txt]}]")
    checkout.add()
    for path in ("", "a/b/c/d/secret.txt", "a/b/c/d", "kustomization.yaml"):
        assert purposes(jobs(checkout, path, staged=staged)) == {"a/b/c/d/secret.txt": "secret"}, path


@pytest.mark.parametrize("staged", [False, True], ids=["work tree", "index"])
def test_outside_of_the_folder_but_inside_of_the_repository(staged: bool, checkout: Checkout) -> None:
    """Flux and Argo CD allow it. A scan of all files has passed the first one already and comes back to it."""
    checkout.write("base/a.txt", "hunter2")
    checkout.write("z/b.txt", "hunter2")
    kustomize(checkout, "overlays/kustomization.yaml", "secretGenerator: [{files: [../base/a.txt, ../z/b.txt]}]")
    checkout.add()
    found = jobs(checkout, staged=staged)
    assert [(job.target.path, job.purpose, job.before) for job in found] == [
        ("base/a.txt", "", None),
        ("overlays/kustomization.yaml", "", None),
        ("z/b.txt", "", None),
        ("base/a.txt", "secret", ""),
        ("z/b.txt", "secret", ""),
    ]
    alone = jobs(checkout, "overlays", staged=staged)
    assert [(job.target.path, job.before) for job in alone[1:]] == [("base/a.txt", None), ("z/b.txt", None)]


def test_no_file_is_scanned_twice_for_nothing(checkout: Checkout) -> None:
    for name in "ab":
        checkout.write(f"{name}.txt", "hunter2")
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [a.txt, b.txt, ./a.txt, x=a.txt]}]")
    assert [job.target.path for job in jobs(checkout)] == ["a.txt", "b.txt", "kustomization.yaml"]
    assert [job.target.path for job in jobs(checkout, "kustomization.yaml")] == [
        "kustomization.yaml",
        "a.txt",
        "b.txt",
    ]


def test_files_that_are_brought_in_obey_the_selection(checkout: Checkout) -> None:
    checkout.write(".gitignore", "ignored.txt\n")
    for name in ("ignored", "skipped", "kept"):
        checkout.write(f"{name}.txt", "hunter2")
    kustomize(
        checkout, "kustomization.yaml", "secretGenerator: [{files: [ignored.txt, skipped.txt, kept.txt, gone.txt]}]"
    )
    found = jobs(checkout, "kustomization.yaml", skip_files=("skipped.txt",))
    assert [job.target.path for job in found] == ["kustomization.yaml", "kept.txt"]
    assert purposes(jobs(checkout, "ignored.txt")) == {"ignored.txt": "secret"}, "who names it wants it scanned"


def test_the_index_counts_not_the_work_tree(checkout: Checkout) -> None:
    checkout.write("a.txt", "hunter2")
    checkout.write("b.txt", "hunter2")
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [a.txt]}]")
    checkout.commit()
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [a.txt, b.txt, c.txt]}]")
    checkout.add()
    kustomize(checkout, "kustomization.yaml", "resources: []")
    checkout.write("a.txt", "changed")
    checkout.write("c.txt", "not in the index")
    found = jobs(checkout, staged=True)
    assert [(job.target.path, job.purpose) for job in found] == [
        ("kustomization.yaml", ""),
        ("a.txt", "secret"),
        ("b.txt", "secret"),
    ]
    assert [job.target.content for job in found[1:] if isinstance(job.target, Target)] == [b"hunter2"] * 2


def test_a_committed_kustomization_counts_for_a_staged_file(checkout: Checkout) -> None:
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [a.txt]}]")
    checkout.commit()
    checkout.write("a.txt", "hunter2")
    checkout.add()
    assert purposes(jobs(checkout, staged=True)) == {"a.txt": "secret"}
    checkout.git("rm", "--quiet", "--cached", "kustomization.yaml")
    assert purposes(jobs(checkout, staged=True)) == {}


@posix_only
def test_nothing_leads_out(checkout: Checkout) -> None:
    outside = checkout.path.parent / "outside.txt"
    outside.write_text("hunter2")
    (checkout.path / "link.txt").symlink_to(outside)
    (checkout.path / "folder").symlink_to(checkout.path.parent)
    (checkout.path / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(checkout.path / "pipe.txt")
    names = ["../outside.txt", "link.txt", "folder/outside.txt", "loop.txt", "pipe.txt", str(outside), "/etc/passwd"]
    kustomize(checkout, "kustomization.yaml", f"secretGenerator: [{{files: {[*names, '../' * 30 + 'etc/passwd']}}}]")
    for paths in ((), ("kustomization.yaml",)):
        assert [job.target.path for job in jobs(checkout, *paths) if job.target.path.endswith("txt")] == []
    checkout.add("kustomization.yaml", "link.txt")
    assert [job.target.path for job in jobs(checkout, staged=True)] == ["kustomization.yaml"]


@posix_only
def test_a_link_inside_of_the_repository_is_followed_to_the_file(checkout: Checkout) -> None:
    checkout.write("real/a.txt", "hunter2")
    (checkout.path / "link.txt").symlink_to("real/a.txt")
    kustomize(checkout, "kustomization.yaml", "secretGenerator: [{files: [link.txt]}]")
    for path in ("", "real/a.txt", "kustomization.yaml"):
        assert purposes(jobs(checkout, path)) == {"real/a.txt": "secret"}, path
    assert purposes(jobs(checkout, "link.txt")) == {"link.txt": "secret"}


def test_without_a_repository(tmp_path: Path) -> None:
    for path in ("apps/a.txt", "b.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("hunter2")
    (tmp_path / "apps" / "kustomization.yaml").write_text(f"{FILES}  - a.txt\n  - ../b.txt\n")
    for path in ("", "apps", "apps/a.txt", "apps/kustomization.yaml"):
        selection = Selection((str(tmp_path / path),))
        found = list(with_purposes(discover(selection, None), selection, None))
        assert [(Path(job.target.path).name, job.purpose) for job in found if job.purpose] == [("a.txt", "secret")]


ODD = {
    "broken": f"{FILES}  - a.txt\nx: [\n",
    "utf-16": f"{FILES}  - a.txt\n".encode("utf-16"),
    "escapes": '"secret\\x47enerator": [{"fil\\u0065s": ["a.txt"]}]\n',
    "json": '{"secretGenerator":[{"files":["a.txt"]}]}',
    "aliases": "x: &x [a.txt]\ny: &y {files: *x}\nsecretGenerator: [*y, *y]\n",
    "merge": "x: &x {files: [a.txt]}\nsecretGenerator: [<<: *x]\n",
    "second document": f"kind: X\n---\n{FILES}  - a.txt\n",
    "template": f"{FILES}  - a.txt\n{{{{ if .x }}}}\n  - b.txt\n{{{{ end }}}}\n",
    "strange names": f'{FILES}  - "\\0"\n  - {"x" * 5000}\n  - a.txt\n',
    "half a character": '{"secretGenerator":[{"files":["\\uD800","a.txt"]}]}',
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_odd_kustomizations(content: str | bytes, checkout: Checkout) -> None:
    checkout.write("a.txt", "hunter2")
    checkout.write("kustomization.yaml", content)
    assert purposes(jobs(checkout, "a.txt")) == {"a.txt": "secret"}


def test_a_kustomization_above_the_limit_says_nothing(checkout: Checkout) -> None:
    checkout.write("a.txt", "hunter2")
    checkout.write("kustomization.yaml", f"{FILES}  - a.txt\n" + "#" * 2000)
    checkout.add()
    for staged in (False, True):
        assert purposes(jobs(checkout, staged=staged, max_bytes=1000)) == {}


def test_only_kustomizations_with_generators_are_parsed(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        kustomize(checkout, f"a{number}/kustomization.yaml", "resources: [b.yaml]", "patches: [{path: c.yaml}]")
        checkout.write(f"a{number}/b.yaml", "kind: Deployment\n")
    kustomize(checkout, "a7/kustomization.yaml", "secretGenerator: [{files: [b.yaml]}]")
    read: list[str] = []
    real = documents.read_documents

    def counted(source: Source, *args: object, **kwargs: object) -> object:
        read.append(source.path)
        return real(source, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "read_documents", counted)
    assert purposes(jobs(checkout)) == {"a7/b.yaml": "secret"}
    assert len(read) == 1


@pytest.mark.parametrize("name", ["x.txt", "../a.txt"])
def test_many_names_stay_linear(name: str, checkout: Checkout) -> None:
    checkout.write("a.txt", "hunter2")

    def work(size: int) -> Callable[[], object]:
        content = f"secretGenerator: [{{files: [{f'{name}, ' * size}../a.txt]}}]"
        kustomize(checkout, f"b{size}/kustomization.yaml", content)
        return lambda: purposes(jobs(checkout, f"b{size}"))

    assert work(10)() == {"a.txt": "secret"}
    assert growth(work, 2_000) < 9


def test_a_job_travels_to_another_process_and_shows_no_content() -> None:
    job = Job(Target("a", content=b"hunter2"), "secret", "")
    assert pickle.loads(pickle.dumps(job)) == job
    assert "hunter2" not in repr(job)
