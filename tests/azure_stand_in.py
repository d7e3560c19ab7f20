"""A stand-in for Azure Key Vault: real HTTPS on the loopback, the REST protocol that Microsoft's own client talks.

It challenges as the service does: the first question of a client is answered by where to get a token.
"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

from loopback_server import Answered, Asked, Service

CHALLENGE = 'Bearer authorization="https://login.example.com/tenant", resource="https://vault.azure.net"'


def refusal(status: int, code: str, inner: str = "") -> Answered:
    error = {"code": code, "message": "no", **({"innererror": {"code": inner}} if inner else {})}
    return Answered(status, json.dumps({"error": error}).encode())


class AzureStandIn(Service):
    """`secrets` and `deleted` by name in small letters: lists of versions, the newest last. `page` is the largest page.

    `recovering` is how often a recovered secret is still said not to be there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[str, list[dict[str, Any]]] = {}
        self.deleted: dict[str, list[dict[str, Any]]] = {}
        self.page = 25
        self.recovering = 0

    def answer(self, asked: Asked) -> Answered:
        if not asked.headers.get("authorization", "").startswith("Bearer "):
            return Answered(401, b"", {"WWW-Authenticate": CHALLENGE})
        parts = asked.path.strip("/").split("/")
        kind, name, rest = parts[0], parts[1].lower() if len(parts) > 1 else "", "/".join(parts[2:])
        if kind == "deletedsecrets":
            return self._deleted(asked.method, name, rest)
        if not name:
            return self._list([versions[-1] for _, versions in sorted(self.secrets.items())], asked)
        if asked.method == "PUT":
            return self._set(name, parts[1], json.loads(asked.body))
        if self.recovering and name in self.secrets:
            self.recovering -= 1
            return refusal(404, "SecretNotFound")
        versions = self.secrets.get(name)
        if not versions:
            return refusal(404, "SecretNotFound")
        if rest == "versions":
            return self._list(versions, asked)
        if asked.method == "DELETE":
            self.deleted[name] = self.secrets.pop(name)
            return self._answer(self.deleted[name][-1])
        found = next((one for one in versions if one["id"].endswith(f"/{rest}")), versions[-1] if not rest else None)
        if found is None:
            return refusal(404, "SecretNotFound")
        if not found["attributes"]["enabled"]:
            return refusal(403, "Forbidden", "SecretDisabled")
        return self._answer(found)

    def _deleted(self, method: str, name: str, rest: str) -> Answered:
        if name not in self.deleted:
            return refusal(404, "SecretNotFound")
        if method == "POST" and rest == "recover":
            self.secrets[name] = self.deleted.pop(name)
            return self._answer(self.secrets[name][-1])
        return self._answer({**self.deleted[name][-1], "recoveryId": f"{self.base}/deletedsecrets/{name}"})

    def _set(self, name: str, spelled: str, body: dict[str, Any]) -> Answered:
        if name in self.deleted:
            return refusal(409, "Conflict", "ObjectIsDeletedButRecoverable")
        tags = body.get("tags") or {}
        if not re.fullmatch(r"[0-9a-z-]{1,127}", name) or len(body["value"]) > 25600 or len(tags) > 15:
            return refusal(400, "BadParameter")
        version = {
            "id": f"{self.base}/secrets/{spelled}/{uuid4().hex}",
            "value": body["value"],
            "contentType": body.get("contentType"),
            "tags": tags,
            "attributes": {"enabled": True, "created": 1, "updated": 1, "recoveryLevel": "Recoverable"},
        }
        self.secrets.setdefault(name, []).append(version)
        return self._answer(version)

    def _list(self, versions: list[dict[str, Any]], asked: Asked) -> Answered:
        start = int(asked.query.get("$skiptoken") or 0)
        shown = [{key: value for key, value in one.items() if key != "value"} for one in versions]
        if not asked.path.endswith("/versions"):
            shown = [{**one, "id": one["id"].rpartition("/")[0]} for one in shown]
        more = start + self.page
        after = f"{self.base}{asked.path}?api-version=7.4&$skiptoken={more}" if more < len(shown) else None
        return Answered(200, json.dumps({"value": shown[start:more], "nextLink": after}).encode())

    def _answer(self, version: dict[str, Any]) -> Answered:
        return Answered(200, json.dumps(version).encode())
