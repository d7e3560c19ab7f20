"""Ways past the gate that a change might try: each must end with a finding (1) or a problem (3), never clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import Repository, run_program

STORE = (
    "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: vault%s}\n"
    'spec: {provider: {vault: {server: "http://vault.example.com"}}}\n'
)
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  p: not-a-Real-1\n"
BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n\ta: b\n"
DEEP = "[" * 300 + "]" * 300
LINE_END = "\u2028"
"""YAML 1.1, which clusters read, ends lines here; most programs do not."""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """`main` with a file of each kind and nothing to find, and a branch `work`."""
    repository = Repository.init(tmp_path / "repository")
    repository.write("README.md", "# Shop\n")
    repository.write("store.yaml", (STORE % "").replace("http:", "https:").replace("Cluster", ""))
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "work")
    return repository


def gate(repository: Repository, *options: str) -> tuple[int, set[str], list[str]]:
    """The exit code, the rules of what is new, and the paths of problems."""
    result = run_program("sealwright", "gate", "--format", "json", *options, cwd=repository.path)
    assert result.stdout, result.stderr
    report = json.loads(result.stdout)
    rules = {finding["rule"] for finding in report["findings"] if finding["status"] == "new"}
    return result.returncode, rules, [error["path"] for error in report["errors"]]


def hidden(text: str) -> str:
    """An object of which only YAML sees more than a comment."""
    return "# c" + LINE_END + text.replace("\n", LINE_END)


UNREADABLE = {
    "action in a comment": f"# {{{{ x }}}}\n{BROKEN}",
    "action behind a value": BROKEN.replace("v1\n", "v1  # {{ x }}\n", 1),
    "statement in a comment": f"# {{% x %}}\n{BROKEN}",
    "remark in a comment": f"# {{# x #}}\n{BROKEN}",
    "action over lines": f"# {{{{ x\n# }}}}\n{BROKEN}",
    "action that breaks nothing": BROKEN.replace("name: a", 'name: "{{ x }}"'),
    "too deep": f"# {{{{ x }}}}\n{STORE % ''}status: {DEEP}\n",
    "too deep, an action outside of comments": f'{STORE % ""}status: {DEEP}\nx: "{{{{ x }}}}"\n',
    "a second document": (STORE % ', labels: {a: "{{ x }}"}').replace("\n", LINE_END) + f"---{LINE_END}a: b\n",
    "a second document in a comment": (STORE % ', labels: {a: "{{ x }}"}').replace("\n", LINE_END)
    + f"# {{{{{LINE_END}---{LINE_END}a: b # }}}}\n",
}


@pytest.mark.parametrize("base", [(), ("--base", "main")])
@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_no_template_for_what_does_not_make_it_one(
    repository: Repository, text: str, base: tuple[str, ...]
) -> None:
    repository.write("a.yaml", text)
    repository.commit()
    assert gate(repository, *base) == (3, set(), ["a.yaml"])


ACTION = "{{ x }}\n"


def test_what_policy_could_read_does_not_become_a_template(repository: Repository) -> None:
    repository.write("store.yaml", ACTION + repository.read("store.yaml").decode())
    repository.add()
    assert gate(repository, "--base", "main") == (3, set(), ["store.yaml"])
    assert gate(repository, "--base", "main", "--staged") == (3, set(), ["store.yaml"])
    repository.git("mv", "store.yaml", "moved.yaml")
    repository.commit()
    assert gate(repository, "--base", "main") == (3, set(), ["moved.yaml"])
    assert gate(repository) == (0, set(), [])


def test_what_may_become_a_template(repository: Repository) -> None:
    store = repository.read("store.yaml").decode()
    repository.write("new.yaml", ACTION + store.replace("vault", "new"))
    repository.write("mixed.yaml", f"{store}---\n{ACTION}")
    repository.write("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n")
    repository.write("chart/templates/a/store.yaml", store)
    repository.write("plain.yaml", store)
    assert gate(repository, "--base", "main") == (0, set(), [])
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("new.yaml", ACTION + store)
    repository.write("mixed.yaml", f"---\n{ACTION}")
    repository.write("chart/templates/a/store.yaml", ACTION + store)
    repository.git("mv", "plain.yaml", "chart/templates/plain.yaml")
    repository.write("chart/templates/plain.yaml", ACTION + store)
    assert gate(repository, "--base", "main") == (0, set(), [])
    repository.commit()
    assert gate(repository, "--base", "main") == (0, set(), [])


@pytest.mark.parametrize(
    "text",
    [
        hidden(STORE % ', annotations: {a: "b|{{ x }}"}').replace("|", "\n"),
        f"a: b\n...\n{hidden(STORE % '')}",
        f"{hidden(STORE % '')}\n...\n",
        f"a: b\n...\n{hidden(STORE % '')}\n...\n",
    ],
    ids=["an action at a margin", "the end of the file", "an end of a document", "between two ends"],
)
def test_a_line_end_of_yaml_alone_ends_a_comment(repository: Repository, text: str) -> None:
    repository.write("a.yaml", text)
    repository.commit()
    code, rules, _ = gate(repository)
    assert (code, rules) == (1, {"ESO003", "ESO015"})


def test_what_is_mended_in_one_place_pays_for_nothing_in_another(repository: Repository) -> None:
    broken, good = STORE % "", (STORE % "").replace("http:", "https:")
    repository.write("dev/a.yaml", broken)
    repository.write("prod/a.yaml", good)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("dev/a.yaml", good)
    repository.write("prod/a.yaml", broken)
    code, rules, _ = gate(repository, "--base", "main")
    assert (code, rules) == (1, {"ESO015"})
    repository.add()
    assert gate(repository, "--base", "main", "--staged")[:2] == (1, {"ESO015"})
    (repository.path / "dev" / "a.yaml").unlink()
    assert gate(repository, "--base", "main")[:2] == (1, {"ESO015"})
    (repository.path / "prod" / "a.yaml").unlink()
    repository.write("test/a.yaml", f"# elsewhere\n---\n{broken}")
    assert gate(repository, "--base", "main")[:2] == (0, set())


def test_both_trees_are_looked_at_as_deep(repository: Repository) -> None:
    repository.write("deep/a.yaml", STORE % "")
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.git("mv", "deep/a.yaml", "a.yaml")
    assert gate(repository, "--base", "main") == (0, set(), [])
    assert gate(repository, "--base", "main", "--depth", "1")[:2] == (1, {"ESO003", "ESO015"})
    repository.git("mv", "a.yaml", "deep/b.yaml")
    assert gate(repository, "--base", "main", "--depth", "1") == (0, set(), [])


EBCDIC = "cp037"


def test_what_git_shows_in_an_encoding_that_hides_words_is_not_clean(repository: Repository) -> None:
    repository.write(
        "deep/.gitattributes", "a.yaml working-tree-encoding=IBM037\nb.yaml working-tree-encoding=UTF-16\n"
    )
    repository.write("deep/a.yaml", SECRET.encode(EBCDIC))
    repository.write("deep/b.yaml", (STORE % "").encode("utf-16"))
    repository.commit()
    assert repository.git("show", "HEAD:deep/a.yaml") == SECRET.strip()  # as programs see it that apply it
    assert gate(repository, "--base", "main") == (3, {"ESO003", "ESO015"}, ["deep/a.yaml"])
    assert gate(repository, "deep/a.yaml") == (3, set(), ["deep/a.yaml"])
    assert gate(repository, "--skip-files", "deep/a.yaml")[2] == []
    repository.write("deep/.gitattributes", "*.yaml -working-tree-encoding\n")
    assert gate(repository)[2] == []


def test_what_a_sparse_checkout_leaves_out_of_a_change_is_not_clean(repository: Repository) -> None:
    repository.write("apps/a.yaml", STORE % "")
    repository.commit()
    repository.git("sparse-checkout", "set", "--no-cone", "/README.md")
    assert not (repository.path / "apps").exists()
    assert gate(repository, "--base", "main") == (3, set(), ["apps/a.yaml"])
    assert gate(repository, "--base", "main", "--skip-files", "apps/**") == (0, set(), [])
    assert gate(repository, "--base", "work") == (0, set(), [])
    repository.git("sparse-checkout", "disable")
    (repository.path / "apps" / "a.yaml").unlink()  # deleted, but not yet committed so
    assert gate(repository, "--base", "main") == (0, set(), [])


B64 = {"kind": "a2luZA==", "ClusterSecretStore": "Q2x1c3RlclNlY3JldFN0b3Jl", "http://vault.example.com": "aHR0cDovL2E="}


@pytest.mark.parametrize("tag", ["!!binary", "!<tag:yaml.org,2002:%62inary>"])
@pytest.mark.parametrize("word", B64)
def test_words_in_base64_are_read(repository: Repository, word: str, tag: str) -> None:
    repository.write("a.yaml", (STORE % "").replace(f'"{word}"', word).replace(word, f"{tag} {B64[word]}"))
    repository.write("b.yaml", (STORE % ", labels: {a: &a !!binary a2luZA==}").replace("\nkind", "\nx: {}\n*a "))
    assert gate(repository, "--base", "main") == (3, {"ESO003", "ESO015"}, ["b.yaml"])


def test_a_manifest_by_a_name_of_terraform_is_read(repository: Repository) -> None:
    store = {"apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore", "metadata": {"name": "a"}}
    repository.write("a.tf.json", json.dumps(store | {"spec": {"provider": {"vault": {"server": "http://a"}}}}))
    assert gate(repository, "--base", "main")[:2] == (1, {"ESO003", "ESO015"})


def closing(repository: Repository) -> str:
    result = run_program("sealwright", "gate", "--base", "main", cwd=repository.path)
    assert result.returncode == 0
    return result.stdout.decode()


def test_what_a_change_accepts_of_itself_is_told(repository: Repository) -> None:
    waiver = "waivers:\n- {rule: [ESO003, ESO015], path: '**', reason: why, owner: shop%s}\n"
    commented = SECRET.rstrip("\n") + " # sealwright: allow[secret-string-data] an example\n"
    repository.write("a.yaml", commented)
    assert "1 finding is not in main and accepted by a comment, a waiver or the baseline" in closing(repository)
    repository.write("b.yaml", STORE % "")
    repository.write(".sealwright.yaml", waiver % "")
    told = closing(repository)
    assert "3 findings are not in main and accepted" in told
    assert "This change edits what it is judged by: .sealwright.yaml." in told
    repository.commit()
    repository.git("branch", "--force", "main")
    told = closing(repository)
    assert "accepted by" not in told
    assert "judged by" not in told
    run_program("sealwright", "gate", "--update-baseline", cwd=repository.path)
    repository.write("c.yaml", SECRET.replace("db", "c"))
    run_program("sealwright", "gate", "--update-baseline", "--allow-growth", cwd=repository.path)
    told = closing(repository)
    assert "1 finding is not in main and accepted" in told
    assert "judged by: .sealwright-baseline.json." in told
    repository.write(
        "ours.yaml", "pack: ours\nversion: 1.0.0\ntitle: Ours\ndescription: Ours.\ninclude:\n  - packs: [baseline]\n"
    )
    repository.write(".sealwright.yaml", f"policy: {{packs: [./ours.yaml]}}\n{waiver % ''}")
    assert "judged by: .sealwright-baseline.json, .sealwright.yaml, ours.yaml." in closing(repository)
