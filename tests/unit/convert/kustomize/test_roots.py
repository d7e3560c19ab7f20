"""Where files end up, and under which names: the same as in what kustomize builds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.convert.kustomize.built import build, kustomizations, needs_kubectl, write_all

from sealwright.convert.kustomize.roots import Roots
from sealwright.errors import ConvertError

SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\n"


def roots(**files: str) -> Roots:
    return Roots(kustomizations({f"{name.replace('_', '/')}/kustomization.yaml": text for name, text in files.items()}))


def test_what_no_root_reaches_is_as_it_says() -> None:
    found = roots(a="resources: [../b]\n", b="resources: [../a, x.yaml]\n", c="resources: [https://x/y, ../../z]\n")
    for path in ("b/x.yaml", "other.yaml", "c/z"):
        assert found.effects(path) == ()
        assert found.effective_namespaces(path, "own") == {"own"}
        assert found.effective_names(path, "db") == {"db"}


def test_several_overlays_give_several_namespaces() -> None:
    found = roots(
        base="namespace: base\nresources: [db.yaml]\n",
        over_dev="namespace: dev\nnamePrefix: d-\nresources: [../../base]\n",
        over_prod="nameSuffix: -p\nbases: [../../base/]\ntransformers: [x]\n",
    )
    assert found.effective_namespaces("base/db.yaml", "own") == {"dev", "base"}
    assert found.effective_names("base/db.yaml", "db") == {"d-db", "db-p"}
    dev, prod = found.effects("base/db.yaml")
    assert (dev.root, dev.transformers, prod.transformers) == ("over/dev/kustomization.yaml", False, True)
    assert dev.way == ("base/kustomization.yaml", "over/dev/kustomization.yaml")
    assert found.effects("base/kustomization.yaml") == (dev, prod)


def test_a_component_changes_what_is_there_already() -> None:
    found = roots(
        app="namePrefix: a-\nresources: [x.yaml]\ncomponents: [../comp]\n",
        comp="kind: Component\nnamePrefix: c-\nnamespace: comp\nresources: [y.yaml]\n",
    )
    assert [root.document.source.path for root in found.roots()] == ["app/kustomization.yaml"]
    assert found.effective_names("app/x.yaml", "n") == found.effective_names("comp/y.yaml", "n") == {"a-c-n"}
    assert found.effective_namespaces("app/x.yaml") == {"comp"}


@pytest.mark.parametrize(
    "files",
    [
        {f"k{n}": f"resources: [../k{n + 1}, ../k{n + 1}/.]\n" for n in range(40)},
        {f"k{n}": f"resources: [../k{n + 1}]\n" for n in range(3000)},
    ],
    ids=["many ways", "deep"],
)
def test_what_never_ends_is_refused(files: dict[str, str]) -> None:
    with pytest.raises(ConvertError, match="too many ways"):
        roots(**{**files, "k40": "resources: [x.yaml, ./../k41]\n"}).effects("k40/x.yaml")


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """Folders that use folders with greater numbers, some of them components, each with a Secret of its own."""
    count = draw(st.integers(1, 5))
    files: dict[str, str] = {}
    component = [number > 0 and draw(st.booleans()) for number in range(count)]
    for number in range(count):
        root: dict[str, object] = {"resources": ["s.yaml"]}
        if component[number]:
            root |= {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        for other in range(number + 1, count):
            if draw(st.booleans()):
                field = "components" if component[other] else "resources"
                root.setdefault(field, []).append(f"../k{other}")  # type: ignore[attr-defined]
        root |= draw(st.fixed_dictionaries({}, optional={"namespace": st.sampled_from(["n1", "n2"])}))
        root |= {field: f"{field[-1]}{number}" for field in ("namePrefix", "nameSuffix") if draw(st.booleans())}
        if draw(st.booleans()):
            root["labels"] = [{"pairs": {f"l{draw(st.integers(0, 2))}": f"k{number}"}}]
        if draw(st.booleans()):
            root["commonAnnotations"] = {f"a{draw(st.integers(0, 2))}": f"k{number}"}
        files[f"k{number}/kustomization.yaml"] = yaml.safe_dump(root)
        files[f"k{number}/s.yaml"] = SECRET.format(f"s{number}")
    return files


@needs_kubectl
@settings(max_examples=30, deadline=None)
@given(trees())
def test_names_and_namespaces_are_those_of_kustomize(files: dict[str, str]) -> None:
    found = Roots(kustomizations(files))
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder), files)
        for root in found.roots():
            path = root.document.source.path
            built = build(Path(folder) / path.removesuffix("/kustomization.yaml"))
            if built is None:
                continue  # the same object twice, by two ways
            expected = sorted(
                (
                    effect.name(f"s{number}"),
                    effect.namespace,
                    sorted(effect.labels),
                    sorted(effect.annotations),
                )
                for number in range(5)
                for effect in found.effects(f"k{number}/s.yaml")
                if effect.root == path
            )
            assert expected == sorted(
                (
                    item["metadata"]["name"],
                    item["metadata"].get("namespace", ""),
                    sorted(item["metadata"].get("labels", {}).items()),
                    sorted(item["metadata"].get("annotations", {}).items()),
                )
                for item in built
            )
