"""From what a person names, an address or a cluster, to a controller that can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.config import Controller
from sealwright.errors import UsageError

if TYPE_CHECKING:
    from sealwright.config import Config
    from sealwright.manifest.git import Repository
    from sealwright.sealing.controller.client import ControllerClient
    from sealwright.verify.by_controller import ControllerExaminer


def controller_named(wanted: str, config: Config) -> Controller:
    """How to reach a controller: `wanted` is an https address, or the name of a cluster that says it.

    Raises UsageError for a name that is no cluster, or one without `controller`.
    """
    if "://" in wanted:
        return Controller(url=wanted)
    cluster = config.cluster(wanted)
    if cluster is None:
        names = ", ".join(cluster.name for cluster in config.clusters)
        hint = f"give an https address{f', or a cluster: {names}' if names else ''}"
        raise UsageError("--controller names no cluster of the configuration", hint=hint)
    if cluster.controller is None:
        hint = "set clusters.*.controller: an https address, or a mapping with kubeconfig and context"
        raise UsageError(f"cluster {wanted} does not say where its controller is", place=config.path, hint=hint)
    return cluster.controller


def controller_client(where: Controller, repository: Repository | None, *, plain: bool = False) -> ControllerClient:
    """A client for it; nothing is asked yet, but a kubeconfig is read and its plug-in run where there is one.

    `repository` is the one being worked on: nothing that lies in it is executed, nor does a kubeconfig in it reach for
    credentials elsewhere. `plain` allows plain http: for who checks a pin on what comes back. Raises UsageError or
    ConfigurationError.
    """
    from sealwright.sealing.controller.client import ControllerClient
    from sealwright.sealing.controller.routes import route_to

    untrusted = [folder for folder in (repository.root if repository else "", where.folder) if folder]
    return ControllerClient(route_to(where, untrusted=untrusted, plain=plain))


def controller_examiner(where: Controller, repository: Repository | None) -> ControllerExaminer:
    """What verifies by asking that controller."""
    from sealwright.verify.by_controller import ControllerExaminer

    return ControllerExaminer(controller_client(where, repository))
