"""A stand-in for Google's Secret Manager: real HTTP on the loopback, the REST protocol that its own client talks."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from typing import Any

from loopback_server import Answered, Asked, Service

PLACE = r"projects/(?P<project>[^/]+)(?:/locations/(?P<location>[^/]+))?"
SECRET = rf"/v1/(?P<parent>{PLACE})/secrets/(?P<name>[^/:]+)"
STATUS = {404: "NOT_FOUND", 409: "ALREADY_EXISTS", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED"}


def refusal(code: int, status: str = "", message: str = "no") -> Answered:
    error = {"code": code, "message": message, "status": status or STATUS.get(code, "INVALID_ARGUMENT")}
    return Answered(code, json.dumps({"error": error}).encode())


def answer(content: Any) -> Answered:
    return Answered(200, json.dumps(content).encode())


def checksum(data: bytes) -> int:
    """CRC-32C, bit by bit as RFC 3720 says it."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 * (value & 1))
    return value ^ 0xFFFFFFFF


class GcpStandIn(Service):
    """`secrets` by whole name; each has `versions`, a list of [state, data]. `page` is the largest page."""

    def __init__(self) -> None:
        super().__init__()
        self.projects = {"shop"}
        self.secrets: dict[str, dict[str, Any]] = {}
        self.page = 1000
        self.damage = False

    def answer(self, asked: Asked) -> Answered:
        for pattern, method, do in (
            (rf"/v1/(?P<parent>{PLACE})/secrets", "POST", self._create),
            (rf"/v1/(?P<parent>{PLACE})/secrets", "GET", self._list),
            (SECRET, "GET", self._get),
            (SECRET, "PATCH", self._patch),
            (SECRET, "DELETE", self._delete),
            (rf"{SECRET}:addVersion", "POST", self._add),
            (rf"{SECRET}/versions/(?P<version>[^/:]+)", "GET", self._version),
            (rf"{SECRET}/versions/(?P<version>[^/:]+):access", "GET", self._access),
            (rf"{SECRET}/versions/(?P<version>[^/:]+):disable", "POST", self._disable),
        ):
            match = re.fullmatch(pattern, asked.path)
            if match and asked.method == method:
                if match["project"] not in self.projects:
                    return refusal(403)
                return do(asked, match)
        return Answered(404, b"<html>not found</html>", {"Content-Type": "text/html"})

    def _create(self, asked: Asked, match: re.Match[str]) -> Answered:
        body, name = json.loads(asked.body), f"{match['parent']}/secrets/{asked.query['secretId']}"
        if name in self.secrets:
            return refusal(409)
        if ("replication" in body) == bool(match["location"]):
            return refusal(400)
        for text in (*body.get("labels", {}), *body.get("labels", {}).values()):
            if not re.fullmatch(r"[a-z0-9_-]{0,63}", text):
                return refusal(400)
        self.secrets[name] = {**body, "name": name, "etag": '"1"', "versions": []}
        return answer(self._shown(name))

    def _list(self, asked: Asked, match: re.Match[str]) -> Answered:
        wanted = asked.query.get("filter", "").removeprefix("labels.").partition("=")
        # The service's own filter finds more: it looks for words.
        found = [
            name
            for name, secret in sorted(self.secrets.items())
            if name.startswith(f"{match['parent']}/secrets/")
            and wanted[2] in (secret.get("labels") or {}).get(wanted[0], "")
        ]
        start = int(asked.query.get("pageToken") or 0)
        more = {"nextPageToken": str(start + self.page)} if start + self.page < len(found) else {}
        return answer({"secrets": [self._shown(name) for name in found[start : start + self.page]], **more})

    def _get(self, _: Asked, match: re.Match[str]) -> Answered:
        name = f"{match['parent']}/secrets/{match['name']}"
        return answer(self._shown(name)) if name in self.secrets else refusal(404)

    def _patch(self, asked: Asked, match: re.Match[str]) -> Answered:
        name, body = f"{match['parent']}/secrets/{match['name']}", json.loads(asked.body)
        if name not in self.secrets:
            return refusal(404)
        secret = self.secrets[name]
        if body.get("etag", secret["etag"]) != secret["etag"]:
            return refusal(409, "ABORTED")
        secret.update({field: body.get(field, {}) for field in asked.query["updateMask"].split(",")})
        secret["etag"] += "1"
        return answer(self._shown(name))

    def _delete(self, asked: Asked, match: re.Match[str]) -> Answered:
        name = f"{match['parent']}/secrets/{match['name']}"
        if name not in self.secrets:
            return refusal(404)
        if asked.query.get("etag", self.secrets[name]["etag"]) != self.secrets[name]["etag"]:
            return refusal(409, "ABORTED")
        del self.secrets[name]
        return answer({})

    def _add(self, asked: Asked, match: re.Match[str]) -> Answered:
        name, payload = f"{match['parent']}/secrets/{match['name']}", json.loads(asked.body)["payload"]
        if name not in self.secrets:
            return refusal(404)
        data = b64decode(payload.get("data", ""))
        if not data or len(data) > 65536 or int(payload["dataCrc32c"]) != checksum(data):
            return refusal(400)
        self.secrets[name]["versions"].append(["ENABLED", data])
        return answer(self._shown_version(name, len(self.secrets[name]["versions"])))

    def _numbered(self, match: re.Match[str]) -> tuple[str, int]:
        name = f"{match['parent']}/secrets/{match['name']}"
        versions = self.secrets.get(name, {"versions": []})["versions"]
        number = len(versions) if match["version"] == "latest" else int(match["version"])
        return name, number if 0 < number <= len(versions) else 0

    def _version(self, _: Asked, match: re.Match[str]) -> Answered:
        name, number = self._numbered(match)
        return answer(self._shown_version(name, number)) if number else refusal(404)

    def _access(self, _: Asked, match: re.Match[str]) -> Answered:
        name, number = self._numbered(match)
        if not number:
            return refusal(404)
        state, data = self.secrets[name]["versions"][number - 1]
        if state != "ENABLED":
            return refusal(400, "FAILED_PRECONDITION")
        shown = data[:-1] + b"?" if self.damage else data
        payload = {"data": b64encode(shown).decode(), "dataCrc32c": str(checksum(data))}
        return answer({"name": f"{name}/versions/{number}", "payload": payload})

    def _disable(self, _: Asked, match: re.Match[str]) -> Answered:
        name, number = self._numbered(match)
        if not number:
            return refusal(404)
        self.secrets[name]["versions"][number - 1][0] = "DISABLED"
        return answer(self._shown_version(name, number))

    def _shown(self, name: str) -> dict[str, Any]:
        return {key: value for key, value in self.secrets[name].items() if key != "versions"}

    def _shown_version(self, name: str, number: int) -> dict[str, Any]:
        state = self.secrets[name]["versions"][number - 1][0]
        return {"name": f"{name}/versions/{number}", "state": state, "etag": f'"{number}"'}
