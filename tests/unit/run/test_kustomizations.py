"""What hangs together: what must not be rendered first, then which files a rendering reads and what is a root."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Repository, posix_only

from sealwright.run.render.kustomizations import Kustomizations

TOKEN = "glpat-0123456789"
REMOTE = [
    f"https://user:{TOKEN}@example.com/x.yaml",
    "http://example.com/x.yaml",
    "github.com/org/repo",
    "github.com/org/repo//path?ref=v1",
    "github.com:org/repo",
    f"git@example.com:org/{TOKEN}.git",
    "gh:org/repo",
    "git::https://example.com/x",
    "ssh://git@example.com/x",
    "file:///etc",
    "oci://registry.example.com/x",
    "https://raw.githubusercontent.com/o/r/main/x.yaml",
    "example.com/repo.git",
    "repo?ref=main",
    "host.example.com/a//b",
]


def flaw(folder: Path, content: str, **files: str) -> tuple[str, int]:
    """Why a kustomization must not be rendered, and on which line it says so."""
    repository = Repository.init(folder / "repository")
    repository.write("app/kustomization.yaml", content)
    for name, text in files.items():
        repository.write(f"app/{name}.yaml", text)
    (folder / "outside.yaml").write_text("kind: Secret\n")
    reach = Kustomizations(str(repository.path)).reach(str(repository.path / "app"))
    assert TOKEN not in str(reach.flaw)
    return (reach.flaw.message, reach.flaw.line) if reach.flaw is not None else ("", 0)


@posix_only
@pytest.mark.parametrize("field", ["resources", "components", "bases", "crds", "generators", "transformers"])
@pytest.mark.parametrize("entry", REMOTE)
def test_nothing_is_fetched(tmp_path: Path, entry: str, field: str) -> None:
    # a folder of the same name must not hide that it is an address
    (tmp_path / "repository" / "app" / entry).parent.mkdir(parents=True)
    message, line = flaw(tmp_path, f"kind: Kustomization\n{field}:\n- a.yaml\n- '{entry}'\n", a="x: 1\n")
    assert "nothing is fetched" in message
    assert line == 4


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("patches: [{path: 'https://example.com/x'}]", "nothing is fetched"),
        ("patchesJson6902: [{path: 'https://example.com/x'}]", "nothing is fetched"),
        ("replacements: [{path: 'https://example.com/x'}]", "nothing is fetched"),
        ("openapi: {path: 'https://example.com/x'}", "nothing is fetched"),
        ("secretGenerator: [{name: a, files: ['k=https://example.com/x']}]", "nothing is fetched"),
        ("configMapGenerator: [{name: a, envs: ['https://example.com/x']}]", "nothing is fetched"),
        ("resources: [../../outside.yaml]", "outside of the repository"),
        ("resources: [../..]", "outside of the repository"),
        ("resources: [/etc/hostname]", "outside of the repository"),
        ("resources: [nowhere.yaml]", "not there"),
        ("crds: [.]", "not there"),
        ("helmCharts: [{name: x}]", "inflates a Helm chart"),
        ("helmChartInflationGenerator: [{name: x}]", "inflates a Helm chart"),
        ("resources: [", "does not parse"),
    ],
)
def test_what_is_elsewhere_is_not_rendered(tmp_path: Path, content: str, expected: str) -> None:
    assert expected in flaw(tmp_path, content)[0]


@posix_only
def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "repository" / "app").mkdir(parents=True)
    (tmp_path / "repository" / "app" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert "outside of the repository" in flaw(tmp_path, "resources: [link.yaml]")[0]


def test_what_only_looks_like_an_address_is_rendered(tmp_path: Path) -> None:
    content = """\
resources: [a.yaml, ./a.yaml]
crds:
configMapGenerator:
- {name: c, literals: ["url=https://example.com"], files: [key=a.yaml]}
patches:
- patch: |
    metadata: {name: x, annotations: {a: "https://example.com/x.git"}}
images: [{name: registry.example.com/x, newName: "github.com/org/x"}]
"""
    assert flaw(tmp_path, content, a="x: 1\n") == ("", 0)


def test_two_kustomizations_in_a_folder_are_refused(tmp_path: Path) -> None:
    for name in ("kustomization.yaml", "kustomization.yml"):
        (tmp_path / name).write_text("resources: []\n")
    known = Kustomizations(str(tmp_path))
    assert known.roots([str(tmp_path)]) == [str(tmp_path.resolve())]
    for _ in range(2):
        flaw = known.reach(str(tmp_path)).flaw
        assert flaw is not None
        assert "two kustomizations" in flaw.message


def test_a_circle_has_a_root_that_complains(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "b"), ("d", "d")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(f"resources: [../{other}]\n")
    folders = [str(tmp_path / name) for name in "bcd"]
    roots = Kustomizations(str(tmp_path)).roots(folders)
    assert [Path(root).name for root in roots] == ["b", "d"]
    assert [Path(root).name for root in Kustomizations("").roots([*folders, str(tmp_path / "a")])] == ["a", "d"]


def test_roots_and_what_they_read(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    files = {
        "base/kustomization.yaml": "resources: [db.yaml]\nsecretGenerator: [{name: s, envs: [s.env]}]\n",
        "base/db.yaml": "kind: SealedSecret\n",
        "base/s.env": "a=b\n",
        "base/unused.yaml": "kind: SealedSecret\n",
        "parts/tls/kustomization.yml": "kind: Component\npatches: [{path: p.yaml}]\n",
        "parts/tls/p.yaml": "kind: SealedSecret\n",
        "overlays/prod/Kustomization": "bases: [../../base/]\ncomponents: [../../parts/tls]\n",
        "overlays/dev/kustomization.yaml": "resources:\n- ../../base\n",
        "alone/kustomization.yaml": "resources: []\n",
    }
    for path, text in files.items():
        repository.write(path, text)
    known = Kustomizations(str(tmp_path))
    folders = sorted({str((tmp_path / path).parent) for path in files if "ustomization" in path})
    roots = [Path(root).relative_to(tmp_path.resolve()).as_posix() for root in known.roots(folders)]
    assert roots == ["alone", "overlays/dev", "overlays/prod"]
    reach = known.reach(str(tmp_path / "overlays" / "prod"))
    assert reach.flaw is None
    assert sorted(Path(file).relative_to(tmp_path.resolve()).as_posix() for file in reach.files) == [
        "base/db.yaml",
        "base/kustomization.yaml",
        "base/s.env",
        "overlays/prod/Kustomization",
        "parts/tls/kustomization.yml",
        "parts/tls/p.yaml",
    ]
