"""What others published: a labelled set, and repositories in which people keep their manifests, at named commits."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality.tools import NotHereError

if TYPE_CHECKING:
    from pathlib import Path


class Checkout(NamedTuple):
    """A repository on GitHub at one commit."""

    name: str
    commit: str


LABELLED = Checkout("leaktk/fake-leaks", "7ba6ca3ea2f165ecd61276c7460f2facdb313c87")
REPOSITORIES = (
    Checkout("kubernetes/examples", "279e8e4fe314f6cb7bc55fa3fbc21bbeaa48c0ea"),
    Checkout("argoproj/argocd-example-apps", "0d521c6e049889134f3122eb32d7ed342f43ca0d"),
    Checkout("fluxcd/flux2-kustomize-helm-example", "4f1a5b1051b469108d1bdf0ebec6c814427e3834"),
    Checkout("onedr0p/home-ops", "d9078e4dd52174ad68a4408ca3398f731b2f889e"),
    Checkout("GoogleCloudPlatform/microservices-demo", "34ffea9175946982c3088ed84994fe6019ad6e92"),
    Checkout("prometheus-operator/kube-prometheus", "4d719f1dea8853540b3823ab1fbe6be74a9953b3"),
    Checkout("bitnami/charts", "5165628ae06697f8f68a670bef7739d93c4b7f44"),
    Checkout("kubeflow/manifests", "009c88084074904c7743384ff50d3bd70012ef55"),
    Checkout("external-secrets/external-secrets", "cc5bfbc2234ace9cb0caff4ea89c435cf517b27b"),
    Checkout("bitnami-labs/sealed-secrets", "86671a8851be1e6c2dfef4e12e2d7c19ed24ac94"),
)


def fetched(checkout: Checkout, cache: Path, sets_folder: Path | None) -> Path:
    """The folder of a checkout: one that is there already (`owner+name`), or a clone of this commit alone.

    Raises NotHereError where neither can be had.
    """
    folder_name = checkout.name.replace("/", "+")
    if sets_folder is not None:
        folder = sets_folder / folder_name
        if not folder.is_dir() or _git(folder, "rev-parse", "HEAD") != checkout.commit:
            raise NotHereError(f"{checkout.name} is not there at {checkout.commit[:12]}")
        return folder
    folder = cache / "sets" / folder_name
    if not folder.is_dir() or _git(folder, "rev-parse", "HEAD") != checkout.commit:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _git(folder, "init", "--quiet")
        _git(folder, "fetch", "--quiet", "--depth", "1", f"https://github.com/{checkout.name}", checkout.commit)
        _git(folder, "checkout", "--quiet", "FETCH_HEAD")
    return folder


def _git(folder: Path, *arguments: str) -> str:
    try:
        result = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotHereError(f"git {arguments[0]} failed for {folder.name}") from error
    return result.stdout.strip()


def labelled(folder: Path, target: Path) -> tuple[list[str], list[str]]:
    """Copy the Kubernetes part of the set under names that give nothing away; its leaks and its look-alikes."""
    names: dict[str, list[str]] = {"valid": [], "invalid": []}
    for kind, new in (("valid", "a"), ("invalid", "b")):
        for number, path in enumerate(sorted((folder / "k8s" / kind).iterdir())):
            name = f"{new}/{number:03}/{path.name}"
            (target / name).parent.mkdir(parents=True)
            shutil.copyfile(path, target / name)
            names[kind].append(name)
    return names["valid"], names["invalid"]
