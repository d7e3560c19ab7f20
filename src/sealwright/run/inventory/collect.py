"""The inventory of a tree, made of its files and of what a gate has found in them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.convert.graph.finder import Graph
from sealwright.inventory.kms import without_repeats
from sealwright.inventory.model import Inventory, Key, Point
from sealwright.manifest.first_parents import branch_name
from sealwright.manifest.places import Places
from sealwright.manifest.revision import repository_name, revision
from sealwright.run.inventory.certificates import Certificates, sealing_keys, with_resources
from sealwright.run.inventory.infrastructure import Infrastructure
from sealwright.run.inventory.joining import joined
from sealwright.run.inventory.past import PastSecrets
from sealwright.run.inventory.placing import Stores, placed
from sealwright.run.inventory.reading import read_tree
from sealwright.run.inventory.rotations import rotations, since
from sealwright.run.inventory.users import Users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.config import Config
    from sealwright.finding import Finding
    from sealwright.inventory.model import Control, Secret
    from sealwright.manifest.revision import Revision
    from sealwright.run.gate.asked import Asked, Seen
    from sealwright.sealing.stamps import Book


def collect(  # noqa: PLR0913 - an inventory is made of all of it
    asked: Asked,
    seen: Seen,
    findings: Sequence[Finding],
    config: Config,
    *,
    stamps: Book | None = None,
    controls: tuple[Control, ...] = (),
    past: PastSecrets = PastSecrets(),  # noqa: B008 - immutable
    history: Sequence[Finding] = (),
) -> Inventory:
    """Everything about the tree that was asked for, `findings` being those of `seen` as they were judged.

    `history` are the findings of a range of commits, where one was looked through.
    """
    certificates, infrastructure = Certificates(), Infrastructure()

    def look(path: str, data: bytes) -> None:
        certificates.look(path, data)
        infrastructure.look(path, data)

    read = read_tree(asked, stamps, look)
    files = [*read.files, *read.around]
    resources = [resource for file in files for resource in file.resources]
    graph = Graph.of(resources)
    users = Users(graph, resources)
    stores = Stores([store for file in files for store in file.stores], config)
    secrets = [placed(secret, config, graph.namespaces) for secret in joined(read.files, findings)]
    known, protected = infrastructure.finish()
    secrets = [_told(secret, users, stores, protected) for secret in secrets if not _is_bare_patch(secret, graph)]
    secrets = since(secrets, findings, history)
    root = asked.repository.root if asked.repository is not None else ""
    places = Places(asked.repository)
    shown = with_resources(certificates.all(config, places, secrets), resources)
    known += [*(key for file in read.files for key in file.keys), *sealing_keys(config, places, shown, secrets)]
    kept = stores.all(secrets, {file.path for file in read.files})
    known += [Key(key, "kms") for key in (*(store.key for store in kept), *protected.values()) if key]
    now = revision(asked.repository) if asked.repository is not None else None
    return Inventory(
        repository_name(asked.repository),
        asked.today,
        commit=now.commit if now is not None else "",
        branch=branch_name(root) if root else "",
        secrets=tuple(secrets),
        stores=kept,
        keys=without_repeats(known),
        certificates=shown,
        progress=_with_today(past, secrets, asked.today, now),
        rotations=rotations(findings, past, history, secrets),
        controls=controls,
        findings=tuple(findings),
        verdicts=tuple(seen.verdicts),
        problems=tuple(seen.problems),
        files=read.looked_at,
        notes=past.notes,
    )


def _with_today(past: PastSecrets, secrets: Sequence[Secret], today: str, now: Revision | None) -> tuple[Point, ...]:
    """The points, the last of which is the inventory itself."""
    if not past.points:
        return ()
    counts = dict(Counter(secret.held for secret in secrets))
    if now is not None and not now.dirty and past.points[-1].commit == now.commit:
        return (*past.points[:-1], past.points[-1]._replace(counts=counts))
    return (*past.points, Point(today, "", counts))


def _told(secret: Secret, users: Users, stores: Stores, protected: Mapping[str, str]) -> Secret:
    """The secret with its store, its consumers, and the keys that protect its values where they live."""
    store = stores.of(secret)
    remotes = (item.remote.partition("#")[0] for item in secret.items)
    keys = secret.keys or tuple(dict.fromkeys(protected[name] for name in remotes if name in protected))
    if not keys and store is not None and store.key:
        keys = (store.key,)
    return secret._replace(
        consumers=users.of(secret),
        store=store.id if store is not None else "",
        key=keys[0] if keys else "",
        keys=keys,
    )


def _is_bare_patch(secret: Secret, graph: Graph) -> bool:
    """Whether it is no secret of its own: a patch of one, without a value."""
    return graph.roots.is_patch(secret.location.path) and not secret.items
