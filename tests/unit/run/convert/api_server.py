"""A stand-in for the API server, as much as kubectl needs to look at objects, to wait for them and to annotate them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

GROUPS = {
    "": ("v1", [("secrets", "Secret", True)]),
    "apps": ("v1", [("deployments", "Deployment", True)]),
    "external-secrets.io": ("v1", [("externalsecrets", "ExternalSecret", True)]),
    "apiextensions.k8s.io": ("v1", [("customresourcedefinitions", "CustomResourceDefinition", False)]),
}
_NOT_FOUND = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
VERBS = ["get", "list", "watch", "patch"]


class Cluster:
    """Objects by (plural, namespace, name); '' for no namespace. `server` is its address."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.server = ""

    def put(self, plural: str, namespace: str, name: str, **content: Any) -> dict[str, Any]:
        """Add an object; its metadata are filled in."""
        group, (version, kinds) = next(
            (group, entry) for group, entry in GROUPS.items() if plural in [kind[0] for kind in entry[1]]
        )
        kind = next(kind[1] for kind in kinds if kind[0] == plural)
        metadata = {"name": name, "uid": name, "resourceVersion": "1", **content.pop("metadata", {})}
        if namespace:
            metadata["namespace"] = namespace
        made = {"apiVersion": f"{group}/{version}".lstrip("/"), "kind": kind, "metadata": metadata, **content}
        self.objects[plural, namespace, name] = made
        return made


@contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    """Serve the cluster on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cluster": cluster}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    cluster.server = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield cluster
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    cluster: Cluster

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Discovery, single objects, lists, and watches that bring nothing."""
        parts, query = self._asked()
        if found := _discovery(parts):
            self._answer(200, found)
            return
        if len(parts) < 3:
            self._answer(404, _NOT_FOUND)
            return
        plural, namespace, name = _place(parts)
        objects = self.cluster.objects
        if name:
            found = objects.get((plural, namespace, name), {})
            self._answer(200 if found else 404, found or _NOT_FOUND)
            return
        wanted = dict(part.split("=", 1) for part in query.get("fieldSelector", [""])[0].split(",") if part)
        items = [
            one
            for (kind, where, _), one in objects.items()
            if (kind, where) == (plural, namespace)
            and wanted.get("metadata.name", one["metadata"]["name"]) == one["metadata"]["name"]
        ]
        if "watch" in query:
            self._answer(200, *({"type": "ADDED", "object": one} for one in items))
            return
        self._answer(200, {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})

    def do_PATCH(self) -> None:
        """A merge of metadata, which is what kubectl sends for annotations and labels."""
        patch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self.cluster.objects[_place(self._asked()[0])]
        for field, values in patch.get("metadata", {}).items():
            if isinstance(values, dict):
                now = {**found["metadata"].get(field, {}), **values}
                found["metadata"][field] = {key: value for key, value in now.items() if value is not None}
        self._answer(200, found)

    def _asked(self) -> tuple[list[str], dict[str, list[str]]]:
        url = urlsplit(self.path)
        return [part for part in url.path.split("/") if part], parse_qs(url.query)

    def _answer(self, status: int, *contents: dict[str, Any]) -> None:
        body = "\n".join(map(json.dumps, contents)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _discovery(parts: list[str]) -> dict[str, Any]:
    groups = {group: version for group, (version, _) in GROUPS.items() if group}
    if parts == ["version"]:  # some builds of kubectl start the one that fits to the server
        return {"major": "1", "minor": "32", "gitVersion": "v1.32.0"}
    if parts == ["api"]:
        return {"kind": "APIVersions", "versions": ["v1"]}
    if parts == ["apis"]:
        listed = [
            {"name": group, "versions": [entry], "preferredVersion": entry}
            for group, version in groups.items()
            for entry in [{"groupVersion": f"{group}/{version}", "version": version}]
        ]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
    group = "" if parts == ["api", "v1"] else parts[1] if len(parts) == 3 and parts[0] == "apis" else None
    if group is None:
        return {}
    version, kinds = GROUPS[group]
    resources = [
        {
            "name": plural,
            "singularName": kind.lower(),
            "namespaced": namespaced,
            "kind": kind,
            "verbs": VERBS,
            "shortNames": ["crd"] if kind.startswith("Custom") else [],
        }
        for plural, kind, namespaced in kinds
    ]
    return {"kind": "APIResourceList", "groupVersion": f"{group}/{version}".lstrip("/"), "resources": resources}


def _place(parts: list[str]) -> tuple[str, str, str]:
    rest = parts[2:] if parts[0] == "api" else parts[3:]
    namespace = ""
    if rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    return rest[0], namespace, rest[1] if len(rest) > 1 else ""
