"""A stand-in for Vault and OpenBao: real HTTP on the loopback, the key/value engine of version 2 as it answers there.

Compared with OpenBao 2.5.5: run the tests of tests/unit/stores/test_vault.py with SEALWRIGHT_ORACLE_VAULT set to the
program (`bao` or `vault`), which is then started in development mode and asked the same.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from loopback_server import Answered, Asked, Service

NOT_THERE = Answered(404, b'{"errors":[]}\n')
MISMATCH = "check-and-set parameter did not match the current version"


def refusal(status: int, *errors: str) -> Answered:
    return Answered(status, json.dumps({"errors": errors}).encode())


def answer(data: dict[str, Any], status: int = 200) -> Answered:
    return Answered(status, json.dumps({"request_id": "x", "data": data, "warnings": None, "auth": None}).encode())


class VaultStandIn(Service):
    """`mounts` are path -> version ('' for another kind of engine); `token` is the one that may do all.

    `closed` are beginnings of paths (`data/x`) that the token may not touch; `sealed` is what it says.
    """

    def __init__(self, *, openbao: bool = True) -> None:
        super().__init__()
        self.token = "root"
        self.mounts = {"secret": "2", "team/kv": "2", "old": "1", "transit": ""}
        self.closed: list[str] = []
        self.sealed = False
        self.openbao = openbao
        self.secrets: dict[tuple[str, str, str], dict[str, Any]] = {}

    def answer(self, asked: Asked) -> Answered:
        if self.sealed:
            return refusal(503, "Vault is sealed")
        if asked.headers.get("x-vault-token") != self.token:
            return refusal(403, "permission denied")
        path = asked.path.removeprefix("/v1/")
        if path.startswith("sys/internal/ui/mounts/"):
            return self._mount(path.removeprefix("sys/internal/ui/mounts/"))
        mount = next((one for one in self.mounts if path.startswith(f"{one}/")), None)
        if mount is None:
            return refusal(404, f'no handler for route "{path}". route entry not found.')
        part, _, name = path.removeprefix(f"{mount}/").partition("/")
        if any(f"{part}/{name}".startswith(closed) for closed in self.closed):
            return refusal(403, "1 error occurred:\n\t* permission denied\n\n")
        key = (asked.headers.get("x-vault-namespace", ""), mount, name)
        body = json.loads(asked.body) if asked.body else {}
        if self.mounts[mount] != "2":
            return Answered(204)  # as version 1 does: whatever it is, it is put under that name
        do = getattr(self, f"_{part}_{asked.method.lower()}", None)
        return refusal(405, "unsupported operation") if do is None else do(key, body, asked.query)

    def _mount(self, path: str) -> Answered:
        mount = next((one for one in self.mounts if f"{path}/".startswith(f"{one}/")), None)
        if mount is None:
            return refusal(403, f'preflight capability check returned 403, please ensure ... access to path "{path}/"')
        version = self.mounts[mount]
        kind = {"type": "kv", "options": {"version": version}} if version else {"type": "transit", "options": {}}
        return answer({"path": f"{mount}/", **kind})

    def _data_get(self, key: tuple[str, str, str], _: Any, query: dict[str, str]) -> Answered:
        secret = self.secrets.get(key)
        number = int(query.get("version", 0)) or (secret["newest"] if secret else 0)
        version = secret["versions"].get(number) if secret else None
        if secret is None or version is None:
            return NOT_THERE
        gone = bool(version["deleted"] and version["deleted"] <= now()) or version["destroyed"]
        about = self._about(secret, number)
        return answer({"data": None if gone else version["data"], "metadata": about}, 404 if gone else 200)

    def _data_post(self, key: tuple[str, str, str], body: dict[str, Any], _: Any) -> Answered:
        if not isinstance(body.get("data"), dict):
            return refusal(400, "error converting input for field \"data\": expected type 'map[string]interface {}'")
        if len(json.dumps(body["data"])) > 1024 * 1024:
            return refusal(413, "put failed due to value being too large")
        secret = self.secrets.get(key) or fresh()
        if int(body.get("options", {}).get("cas", -1)) != secret["newest"]:
            return refusal(400, MISMATCH)
        self.secrets[key] = secret
        secret["newest"] += 1
        deleted = "2999-01-01T00:00:00.123456789Z" if secret["delete_version_after"] != "0s" else ""
        secret["versions"][secret["newest"]] = {"data": body["data"], "deleted": deleted, "destroyed": False}
        return answer(self._about(secret, secret["newest"]))

    def _about(self, secret: dict[str, Any], number: int) -> dict[str, Any]:
        version = secret["versions"][number]
        return {
            "version": number,
            "created_time": "2026-01-01T00:00:00.1Z",
            "deletion_time": version["deleted"],
            "destroyed": version["destroyed"],
            "custom_metadata": secret["custom_metadata"],
        }

    def _metadata_get(self, key: tuple[str, str, str], _: Any, __: Any) -> Answered:
        secret = self.secrets.get(key)
        if secret is None:
            return NOT_THERE
        counted = {"current_metadata_version": secret["count"]} if self.openbao else {}
        versions = {
            str(number): {"created_time": "x", "deletion_time": one["deleted"], "destroyed": one["destroyed"]}
            for number, one in secret["versions"].items()
        }
        names = ("custom_metadata", "delete_version_after", "max_versions", "cas_required")
        found = {name: secret[name] for name in names}
        return answer({"current_version": secret["newest"], "versions": versions, **found, **counted})

    def _metadata_post(self, key: tuple[str, str, str], body: dict[str, Any], _: Any) -> Answered:
        secret = self.secrets.get(key)
        expected = body.get("metadata_cas") if self.openbao else None
        if expected is not None and expected != (secret["count"] if secret else 0):
            return refusal(400, "metadata check-and-set parameter does not match the current version")
        secret = secret or fresh()
        for name in ("custom_metadata", "delete_version_after", "max_versions", "cas_required"):
            secret[name] = body.get(name, secret[name])
        secret["count"] += 1
        self.secrets[key] = secret
        return Answered(204)

    def _metadata_list(self, key: tuple[str, str, str], _: Any, __: Any) -> Answered:
        folder = f"{key[2].rstrip('/')}/".lstrip("/")
        below = [
            n.removeprefix(folder) for *where, n in self.secrets if tuple(where) == key[:2] and n.startswith(folder)
        ]
        entries = sorted({head + slash for head, slash, _ in (name.partition("/") for name in below)})
        return answer({"keys": entries}) if entries else NOT_THERE

    def _delete_post(self, key: tuple[str, str, str], body: dict[str, Any], _: Any) -> Answered:
        for number in body["versions"]:
            version = self.secrets.get(key, fresh())["versions"].get(number)
            if version:
                version["deleted"] = now()
        return Answered(204)


def fresh() -> dict[str, Any]:
    settings = {"custom_metadata": None, "delete_version_after": "0s", "max_versions": 0, "cas_required": False}
    return {"newest": 0, "versions": {}, "count": 0, **settings}


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
