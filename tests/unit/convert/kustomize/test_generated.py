"""Secrets that kustomizations generate: exactly the bytes that kustomize puts into them, or a refusal."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.convert.kustomize.built import build, data_of, kustomizations, needs_kubectl, reader, write_all

from sealwright.convert.kustomize.generated import Generated, generated_secrets
from sealwright.convert.kustomize.refusal import Refusal

VALUE = "hunter2-c4nAry"


def generated(text: str, **files: str | bytes) -> list[Generated | Refusal]:
    """What one kustomization generates. `_` in the name of a file stands for a dot."""
    every: dict[str, str | bytes] = {"apps/kustomization.yaml": text}
    every |= {f"apps/{name.replace('_', '.')}": content for name, content in files.items()}
    return [item for resource in kustomizations(every) for item in generated_secrets(resource, reader(every))]


def entry(rest: str) -> str:
    return f"secretGenerator:\n- name: db\n{rest}"


PLUGIN = f"kind: SecretGenerator\nmetadata: {{name: a}}\nliterals: [a={VALUE}]\n"
REFUSED = {
    "an env line from the environment": (
        entry("  envs: [a.env]\n"),
        {"a_env": f"A={VALUE}\nTOKEN\n"},
        "line 2 .* no `=`",
    ),
    "an env line without key": (entry("  envs: [a.env]\n"), {"a_env": f"A=1\n={VALUE}\n"}, "no key"),
    "a space before the sign": (
        entry("  envs: [a.env]\n"),
        {"a_env": f"A = {VALUE}\n"},
        "no Secret may have, in line 1",
    ),
    "export": (entry("  env: a.env\n"), {"a_env": f"export A={VALUE}\n"}, "no Secret may have"),
    "an env file that is not UTF-8": (entry("  envs: [a.env]\n"), {"a_env": b"A=1\nB=\xff\n"}, "line 2 .* not UTF-8"),
    "a line at which it stops": (entry("  envs: [a.env]\n"), {"a_env": b"A=" + b"x" * 65536 + b"\nB=1\n"}, "so long"),
    "the same key twice": (entry(f"  literals: [a=1, a={VALUE}]\n"), {}, "key a comes twice"),
    "the same key from two sources": (entry("  literals: [a=1]\n  envs: [a.env]\n"), {"a_env": f"a={VALUE}"}, "twice"),
    "no sign": (entry(f"  literals: [{VALUE}]\n"), {}, "not `key=value`"),
    "nothing before the sign": (entry(f"  literals: [={VALUE}]\n"), {}, "not `key=value`"),
    "a mapping": (entry(f"  literals: [{{a: {VALUE}}}]\n"), {}, "not a string"),
    "a number": (entry("  literals: [7]\n"), {}, "not a string"),
    "a key that is none": (entry(f'  literals: ["p w={VALUE}"]\n'), {}, "no Secret may have"),
    "a key of two dots": (entry(f"  literals: [..a={VALUE}]\n"), {}, "no Secret may have"),
    "half a character": ('{"secretGenerator": [{"name": "db", "literals": ["a=\\ud83d"]}]}', {}, "takes for another"),
    "a character that is none": (entry('  literals: ["a=\ufffd"]\n'), {}, "in another way"),
    "a character that becomes a space": (entry('  literals: ["a=\\Nb"]\n'), {}, "in another way"),
    "a line end inside JSON": (
        '{"secretGenerator": [{"name": "db", "literals": ["a=\u2028b"]}]}',
        {},
        "takes for another",
    ),
    "a file that is not there": (entry("  files: [missing]\n"), {}, "not in the repository"),
    "a value in the place of a path": (entry(f"  files: [password={VALUE}]\n"), {}, "not in the repository"),
    "a file elsewhere": (entry("  files: [../../up]\n"), {}, "outside of the repository"),
    "a file on another host": (entry("  files: [a=https://example.com/x]\n"), {}, "outside of the repository"),
    "two signs": (entry("  files: [a=b=c]\n"), {}, "neither"),
    "SOPS": (entry("  files: [s]\n"), {"s": "a: ENC[AES256_GCM,data:x]"}, "encrypted"),
    "git-crypt": (entry("  files: [s]\n"), {"s": b"\0GITCRYPT\0abc"}, "encrypted"),
    "git-lfs": (entry("  files: [s]\n"), {"s": "version https://git-lfs.github.com/spec/v1\n"}, "git-lfs"),
    "an alias": (f"x: &a a={VALUE}\n" + entry("  literals: [*a]\n"), {}, "anchor|alias|not a string"),
    "an anchor": (entry(f"  literals: [&a a={VALUE}]\n"), {}, "an anchor"),
    "a merge key": (f"x: &x {{literals: [a={VALUE}]}}\n" + entry("  <<: *x\n"), {}, "an alias|merge"),
    "an unknown field": (entry(f"  stringData: {{a: {VALUE}}}\n"), {}, "does not know"),
    "a field twice": (entry(f"  literals: [a=1]\n  literals: [a={VALUE}]\n"), {}, "twice"),
    "two lists": (entry("  literals: [a=1]\n") + entry(f"  literals: [a={VALUE}]\n"), {}, "stands there twice"),
    "no name": (f"secretGenerator:\n- literals: [a={VALUE}]\n", {}, "without a name"),
    "a number for a name": (f"secretGenerator:\n- name: 7\n  literals: [a={VALUE}]\n", {}, "not a string"),
    "a behavior": (entry(f"  behavior: delete\n  literals: [a={VALUE}]\n"), {}, "none of"),
    "a label": (entry(f"  literals: [a={VALUE}]\n  options: {{labels: {{a: 1}}}}\n"), {}, "not a string"),
    "a flag": (entry(f'  literals: [a={VALUE}]\n  options: {{immutable: "true"}}\n'), {}, "true or false|true nor"),
    "kept out": (
        entry(f"  literals: [a={VALUE}]\n  options: {{annotations: {{config.kubernetes.io/local-config: a}}}}"),
        {},
        "keeps it out",
    ),
    "a template": ("{{ if x }}\n" + entry(f"  literals: [a={VALUE}]\n") + "{{ end }}\n", {}, "does not parse"),
    "a plug-in": ("generators: [g.yaml]\n", {"g_yaml": f"apiVersion: v1\n{PLUGIN}"}, "no builtin"),
    "among others": ("generators: [g.yaml]\n", {"g_yaml": f"apiVersion: builtin\n{PLUGIN}---\nkind: X\n"}, "among"),
}


@pytest.mark.parametrize(("text", "files", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_in_one_way_is_refused(text: str, files: dict[str, Any], message: str) -> None:
    [refusal] = generated(text, **files)
    assert isinstance(refusal, Refusal), refusal
    assert re.search(message, refusal.message), refusal.message
    error = refusal.error()
    assert error.place.startswith(f"apps/kustomization.yaml:{refusal.line}:")
    assert error.hint
    assert VALUE not in f"{error}{error.hint}{refusal}"


def test_one_that_is_refused_does_not_hide_the_others() -> None:
    text = "secretGenerator:\n- {name: a, literals: [x]}\n- {name: b, literals: [x=1]}\n- {name: c, literals: []}\n"
    refusal, good = generated(text)
    assert isinstance(refusal, Refusal)
    assert (refusal.name, refusal.line, refusal.column) == ("a", 2, 24)
    assert isinstance(good, Generated)
    assert (good.facts.name, good.line) == ("b", 3)


@pytest.mark.parametrize(
    "text",
    [
        "configMapGenerator:\n- name: a\n  literals: [a=1]\n",
        "secretGenerator:\n",
        "secretGenerator: []\n",
        "secretGenerator:\n- name: empty\n",
        "generators: [missing.yaml, https://example.com/x, folder]\n",
        "kind: Deployment\nsecretGenerator:\n- name: a\n  literals: [a=1]\n",
    ],
)
def test_what_generates_no_secret_is_left_alone(text: str) -> None:
    assert generated(text) == []


def test_everything_that_is_noted() -> None:
    text = (
        "namespace: shop\ngeneratorOptions:\n  immutable: true\n  labels: {a: far, b: far}\n  annotations: {note: m}\n"
        "secretGenerator:\n- name: db\n  namespace: own\n  type: kubernetes.io/tls\n  behavior: merge\n"
        "  envs: [a.env]\n  files: [tls.crt, k=sub/../a.env]\n"
        "  options: {labels: {a: near}, disableNameSuffixHash: true}\n"
    )
    [item] = generated(text, a_env="A='zz'\r\n", tls_crt=b"\0\xff")
    assert isinstance(item, Generated)
    facts = item.facts
    assert (facts.name, facts.namespace, facts.type, facts.immutable) == ("db", "own", "kubernetes.io/tls", True)
    assert (facts.labels, facts.annotations) == ({"a": "near", "b": "far"}, {"note": "m"})
    values = {value.key: value.plaintext.reveal() for value in facts.values}
    assert values == {"A": b"'zz'", "tls.crt": b"\0\xff", "k": b"A='zz'\r\n"}
    assert (item.behavior, item.hashed, item.files) == ("merge", False, ("apps/a.env", "apps/tls.crt"))
    assert "zz" not in repr(item)


texts = st.text(
    st.one_of(
        st.sampled_from("\"'=# \t\\{}[]:,&*!|>%@`~-\r\n\x85\u2028\ufeff\0"),
        st.characters(exclude_categories=("Cs", "Cc", "Cn")),
        st.sampled_from("aZ0"),
    ),
    max_size=12,
)
keys = st.text("abcXYZ019-_.", max_size=6).map("k{}".format)  # kustomize 5.5 stumbles over keys such as 0
lines = st.one_of(
    st.builds("{}={}".format, keys, texts),
    st.builds("{}{}={}".format, st.sampled_from([" ", "\t", "\u3000", "#", "\ufeff", "\x1c"]), keys, texts),
    st.sampled_from(["", " ", "# comment", "A='b c'", 'B="d"', "export C=1", "D", "=e", "\x0b"]),
)
env_files = st.builds(
    lambda mark, parts, end: mark + end.join(parts).encode(),
    st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    st.lists(lines, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r\n", "\r", "\n\n"]),
)


@st.composite
def generators(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, bytes]]:
    """An entry of `secretGenerator`, and the files that it names."""
    made: dict[str, Any] = {"name": "db"}
    files: dict[str, bytes] = {}
    literals = draw(st.lists(st.builds("{}={}".format, keys, texts), max_size=3))
    if literals:
        made["literals"] = literals
    for number, content in enumerate(draw(st.lists(env_files, max_size=2))):
        files[f"f{number}.env"] = content
        made.setdefault("envs", []).append(f"f{number}.env")
    for number, content in enumerate(draw(st.lists(st.binary(max_size=20), max_size=2))):
        files[f"d{number}/some-file.{number}"] = content
        key = draw(st.one_of(st.none(), keys))
        made.setdefault("files", []).append(f"{key}=" * (key is not None) + f"./d{number}/some-file.{number}")
    if draw(st.booleans()):
        made["options"] = {"labels": draw(st.dictionaries(keys, texts, max_size=2)), "immutable": draw(st.booleans())}
    return made, files


def written(root: dict[str, Any], style: str | None) -> str:
    """YAML, all its literals in one style."""

    class Quoted(str):
        __slots__ = ()

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style))
    for made in root["secretGenerator"]:
        made["literals"] = [Quoted(text) for text in made.get("literals", [])]
    return yaml.dump(root, Dumper=Dumper, allow_unicode=True)


@needs_kubectl
@settings(max_examples=30, deadline=None)
@given(
    st.lists(generators(), min_size=1, max_size=4),
    st.sampled_from(["json", None, None, "'", '"', "|", ">"]),
    st.booleans(),
)
def test_values_are_those_of_kustomize(entries: list[Any], style: str | None, shared: bool) -> None:
    files: dict[str, str | bytes] = {}
    for number, (made, named) in enumerate(entries):
        root: dict[str, Any] = {"secretGenerator": [made]}
        if shared:
            root["generatorOptions"] = {"labels": {"shared": "yes"}, "disableNameSuffixHash": True}
        text = json.dumps(root, ensure_ascii=False) if style == "json" else written(root, style)
        files[f"k{number}/kustomization.yaml"] = text
        files |= {f"k{number}/{path}": content for path, content in named.items()}
    resources = kustomizations(files)
    assert len(resources) == len(entries)
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder), files)
        for number, resource in enumerate(resources):
            for item in generated_secrets(resource, reader(files)):
                if isinstance(item, Refusal):
                    continue
                built = build(Path(folder) / f"k{number}")
                assert built is not None
                [secret] = built
                assert {value.key: value.plaintext.reveal() for value in item.facts.values} == data_of(secret)
                assert item.facts.labels == (secret["metadata"].get("labels") or {})
                assert item.facts.immutable == secret.get("immutable", False)
                assert item.hashed == (secret["metadata"]["name"] != "db")
