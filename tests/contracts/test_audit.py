"""The audit of our own dependencies: a known weakness fails it, a service that does not answer is told."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from support import ROOT

PYTHON = ROOT / ".oracles" / "audit" / "bin" / "python"
ADVISORY = {
    "id": "OSV-2026-1",
    "summary": "x",
    "modified": "2026-01-02T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "pyyaml"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9999"}]}],
        }
    ],
}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_service_nothing_fails_and_nothing_is_claimed(
    audit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """This Python has no pip-audit, which is the same to the script as one that cannot reach anything."""
    assert audit.main([sys.executable]) == 0
    assert capsys.readouterr().out.startswith("note: nothing was audited")


def test_what_is_not_known_to_a_service_was_not_audited(audit: ModuleType) -> None:
    report = {"dependencies": [{"name": "a", "skip_reason": "x"}, {"name": "b", "version": "1", "vulns": []}]}
    assert (audit.audited(report), audit.weaknesses(report)) == (1, [])
    assert audit.audited({"dependencies": [{"name": "a", "skip_reason": "x"}]}) == audit.audited({}) == 0


class _Service(BaseHTTPRequestHandler):
    """Knows of one weakness."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"vulns": [ADVISORY]} if asked["package"]["name"].lower() == "pyyaml" else {}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def test_a_known_weakness_is_named(audit: ModuleType, service: str) -> None:
    if not PYTHON.exists():
        pytest.skip("pip-audit is not installed: tests/oracles/audit/README.md")
    report = audit.ask(str(PYTHON), "osv", "--osv-url", service)
    assert audit.audited(report) > 100
    [line] = audit.weaknesses(report)
    assert line.lower().startswith("pyyaml ")
    assert line.endswith(": OSV-2026-1, mended in 9999")


def test_all_that_we_pin_is_looked_at(audit: ModuleType) -> None:
    names = Path(audit.LOCK).read_text(encoding="utf-8").lower()
    assert all(f"\n{name}==" in names for name in ("pyyaml", "cryptography", "requests", "jsonschema", "python-hcl2"))
