"""Charts that take a credential from an existing Secret in place of a value: which fields, which keys, and when.

Only what was read in the charts' own templates is here. With an existing Secret a chart makes up nothing by itself:
each key that it will ask for must be there, so a field that is needed and not written stops the exchange.
Source: the templates of the Bitnami charts postgresql 17, mysql 14, mariadb 23, redis 23, minio 17 and mongodb 17; the
values of grafana (Grafana) and kube-prometheus-stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, mapping_at, resolve
from sealwright.manifest.scalars import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

_BITNAMI = ("charts.bitnami.com/", "bitnamicharts")
_GRAFANA = ("grafana.github.io/helm-charts", "ghcr.io/grafana/")
_PROMETHEUS = ("prometheus-community.github.io/helm-charts", "ghcr.io/prometheus-community/")


class Unsure(Exception):  # noqa: N818 - a signal to the caller, who knows the place
    """Why a chart's credentials cannot be exchanged; the text says it."""


class Field(NamedTuple):
    """A field with a credential, the key of the Secret that stands for it, and the field that names another key.

    `stays`: it is no secret by itself (the name of a user), and is left where it is.
    """

    name: str
    key: str
    renamed_by: tuple[str, ...] = ()
    stays: bool = False


class Chart(NamedTuple):
    """`holder` is the way to the mapping with the fields; `existing` the one from there to the name of the Secret.

    `needed` says which of the fields a chart asks for with these values; it raises Unsure.
    """

    name: str
    sources: tuple[str, ...]
    holder: tuple[str, ...]
    existing: tuple[str, ...]
    fields: tuple[Field, ...]
    needed: Callable[[Mapping], frozenset[str]]
    suffix: str = "auth"
    """What stands behind the release's name in that of the Secret."""


def chart_of(name: str, source: str, defaults: Mapping | None = None) -> Chart | None:
    """The chart of that name from that repository, if it is one of those that are known.

    With the chart's own values at hand (`defaults`), they tell: they must have each field that is to be used.
    """
    for chart in CHARTS:
        if defaults is not None and chart.name == name.rstrip("/").rpartition("/")[2]:
            holder = mapping_at(defaults, *chart.holder) if chart.holder else defaults
            return chart if holder is not None and _has(holder, chart) else None
        if defaults is None and chart.name == name and any(part in source for part in chart.sources):
            return chart
    return None


def _has(holder: Mapping, chart: Chart) -> bool:
    *above, last = chart.existing
    below = mapping_at(holder, *above)
    fields = [lookup(holder, field.name) for field in chart.fields if not field.stays]
    return below is not None and lookup(below, last) is not None and None not in fields


def is_set(values: Mapping, *way: str) -> bool:
    """Whether something stands at the end of the way: no empty text, null, false, or empty list or mapping."""
    *above, last = way
    holder = mapping_at(values, *above)
    node = lookup(holder, last) if holder is not None else None
    target = resolve(node) if node is not None else None
    if isinstance(target, Mapping):
        return bool(target.entries)
    if isinstance(target, Sequence):
        return bool(target.items)
    return target is not None and bool(target.value) and not is_off(values, *way)


def is_off(values: Mapping, *way: str) -> bool:
    """Whether a field says null or false in so many words."""
    *above, last = way
    holder = mapping_at(values, *above)
    node = lookup(holder, last) if holder is not None else None
    target = resolve(node) if node is not None else None
    if not isinstance(target, Scalar):
        return False
    kind = kind_of(target)
    return kind == "null" or (kind == "boolean" and target.value[:1] in "fFnNoO" and target.value.lower() != "on")


def text_at(values: Mapping, *way: str) -> str:
    """The text at the end of the way; '' for anything else."""
    *above, last = way
    holder = mapping_at(values, *above)
    node = lookup(holder, last) if holder is not None else None
    target = resolve(node) if node is not None else None
    return target.value if isinstance(target, Scalar) and kind_of(target) != "null" else ""


def _refuse(values: Mapping, *ways: str) -> None:
    for way in ways:
        if is_set(values, *way.split(".")):
            raise Unsure(f"`{way}` changes what the chart reads")


def _by_bitnami(values: Mapping, chart: str) -> None:
    _refuse(values, f"global.{chart}", "serviceBindings.enabled", "passwordUpdateJob.enabled")
    _refuse(values, "auth.customPasswordFiles", "auth.metricsPassword")
    if is_off(values, "auth", "enabled"):
        raise Unsure("`auth.enabled` is off")


def _is_replicated(values: Mapping, word: str) -> bool:
    return text_at(values, "architecture") == word


def _postgresql(values: Mapping) -> frozenset[str]:
    _by_bitnami(values, "postgresql")
    _refuse(values, "ldap.bindpw", "ldap.bind_password", "postgresqlPassword")
    needed = {"replicationPassword"} if _is_replicated(values, "replication") else set()
    if text_at(values, "auth", "username") in {"", "postgres"}:
        if is_set(values, "auth", "password"):
            raise Unsure("`auth.password` without `auth.username` is the password of postgres, or of nobody")
        return frozenset(needed | {"postgresPassword"})
    if not is_off(values, "auth", "enablePostgresUser"):
        needed.add("postgresPassword")
    return frozenset(needed | {"password"})


def _mysql(values: Mapping) -> frozenset[str]:
    _by_bitnami(values, "mysql")
    _refuse(values, "global.mariadb")
    needed = {"replicationPassword"} if _is_replicated(values, "replication") else set()
    named = {"password"} if is_set(values, "auth", "username") else set()
    return frozenset(needed | named | {"rootPassword"})


def _redis(values: Mapping) -> frozenset[str]:
    _by_bitnami(values, "redis")
    _refuse(values, "auth.acl.enabled")
    return frozenset({"password"})


def _minio(values: Mapping) -> frozenset[str]:
    _by_bitnami(values, "minio")
    return frozenset({"rootUser", "rootPassword"})


def _mongodb(values: Mapping) -> frozenset[str]:
    _by_bitnami(values, "mongodb")
    _refuse(values, *(f"auth.{field}" for field in ("usernames", "passwords", "username", "password")))
    _refuse(values, "metrics.password")
    return frozenset({"rootPassword"} | ({"replicaSetKey"} if _is_replicated(values, "replicaset") else set()))


def _grafana(values: Mapping) -> frozenset[str]:
    _refuse(values, "env.GF_SECURITY_ADMIN_PASSWORD", "grafana.env.GF_SECURITY_ADMIN_PASSWORD")
    return frozenset({"adminUser", "adminPassword"})


_SQL = ("rootPassword", "password", "replicationPassword")
_SQL_KEYS = ("root-password", "password", "replication-password")
_EXISTING = ("existingSecret",)
_ADMIN = (
    Field("adminUser", "admin-user", ("admin", "userKey"), stays=True),
    Field("adminPassword", "admin-password", ("admin", "passwordKey")),
)
CHARTS = (
    Chart(
        "postgresql",
        _BITNAMI,
        ("auth",),
        _EXISTING,
        (
            Field("postgresPassword", "postgres-password", ("secretKeys", "adminPasswordKey")),
            Field("password", "password", ("secretKeys", "userPasswordKey")),
            Field("replicationPassword", "replication-password", ("secretKeys", "replicationPasswordKey")),
        ),
        _postgresql,
    ),
    *(
        Chart(name, _BITNAMI, ("auth",), _EXISTING, fields, needed)
        for name, fields, needed in (
            ("mysql", tuple(Field(n, f"mysql-{k}") for n, k in zip(_SQL, _SQL_KEYS, strict=True)), _mysql),
            ("mariadb", tuple(Field(n, f"mariadb-{k}") for n, k in zip(_SQL, _SQL_KEYS, strict=True)), _mysql),
            ("redis", (Field("password", "redis-password", ("existingSecretPasswordKey",)),), _redis),
            (
                "minio",
                (
                    Field("rootUser", "root-user", ("rootUserSecretKey",), stays=True),
                    Field("rootPassword", "root-password", ("rootPasswordSecretKey",)),
                ),
                _minio,
            ),
            (
                "mongodb",
                (Field("rootPassword", "mongodb-root-password"), Field("replicaSetKey", "mongodb-replica-set-key")),
                _mongodb,
            ),
        )
    ),
    Chart("grafana", _GRAFANA, (), ("admin", "existingSecret"), _ADMIN, _grafana),
    Chart("kube-prometheus-stack", _PROMETHEUS, ("grafana",), ("admin", "existingSecret"), _ADMIN, _grafana),
)


def chart_named(name: str) -> Chart | None:
    """The chart of that name, wherever it may come from: for advice only."""
    return next((chart for chart in CHARTS if chart.name == name.rstrip("/").rpartition("/")[2]), None)
