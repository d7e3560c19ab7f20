"""Every format, fed with names and words that an attacker chose: well-formed, on as many lines as there should be."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from unit.report.results import NASTY, finding, verdict, written

from sealwright.finding import Excerpt, History, Location, Outcome, Position, Problem, ResourceRef, Severity, Status
from sealwright.inventory.model import Certificate, Consumer, Held, Inventory, Item, Key, Rotation, Secret, Store
from sealwright.report.base import Reported, Style, Summary
from sealwright.report.inventories import INVENTORY_FORMATS, writer
from sealwright.report.record import Record
from sealwright.report.registry import FORMATS

SEEDS = (
    b"apps/db.yaml\0password\0shop\0Secret\0v1\0why",
    NASTY.encode("utf-8", "surrogateescape") + b"\0a",
    b"]]>\0&lt;\0<!--\0</script>\0--!>\0\xef\xbf\xbe",
    b"::error::x\n::set-output name=a::b\0%0A\0\r\0\xe2\x80\xae",
)
WORDS = (
    *(
        b"\0",
        b"\n",
        b"\r",
        b"\x1b[2J",
        b"::error::",
        b"%0A",
        b"<script>",
        b"</script>",
        b"]]>",
        b"&",
        b"'",
        b'"',
        b"`",
        b"|",
        b"@a",
    ),
    *(
        b"#1",
        b"![x](http://a)",
        b"javascript:",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbe",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\x00\x0b",
        b"/../",
    ),
    *(b"{{x}}", b"${x}", b"a" * 300, b"-->", b"data:", b"\xf3\xa0\x80\x81"),
)
_RECORD = Record("gate", "shop", "2026-06-01T00:00:00Z", commit="1" * 40)


def run(data: bytes) -> None:
    words = [part.decode("utf-8", "surrogateescape") for part in (*data.split(b"\0"), *[b"x"] * 6)][:6]
    chosen = sorted(FORMATS)[len(data) % len(FORMATS)]
    style = Style(gating=len(words[0]) % 2 == 0, terminal=True, colour=False, width=80, explain=True, record=_RECORD)
    summary = Summary(files=1, documents=1, findings={"high": 1}, problems=1, verdicts=1, gating=style.gating)
    _well_formed(chosen, written(chosen, iter(_results(*words)), summary, style))
    name = sorted(INVENTORY_FORMATS)[len(data) % len(INVENTORY_FORMATS)]
    _well_formed(name, writer(name)(_inventory(*words), ()))


def _results(path: str, name: str, namespace: str, kind: str, version: str, reason: str) -> list[Reported]:
    about = ResourceRef(version, kind, namespace, name)
    shown = Excerpt(reason, 0, 1)
    history = History("1" * 40, "2" * 40, at_tip=False, first_day="2026-01-01")
    one = finding(path, message=reason, resource=about, field=name, excerpt=shown, history=history)
    judged = verdict(Outcome.FAILS, item=name, reason=reason)._replace(resource=about)
    waived = one._replace(status=Status.WAIVED, reason=reason, severity=Severity.LOW)
    return [one, waived, judged, Problem(path, reason, 3, 1, hint=name)]


def _inventory(path: str, name: str, namespace: str, kind: str, version: str, reason: str) -> Inventory:
    about = ResourceRef(version, kind, namespace, name)
    where = Location(path, Position(1, 1), Position(1, 2))
    secret = Secret(about, Held.EXTERNAL, where, reason, name, kind, (Item(name, "other", reason),), reason, name)
    secret = secret._replace(consumers=(Consumer(about, reason, where),), since="2026-01-01", cluster=name)
    return Inventory(
        name,
        "2026-06-01",
        branch=reason,
        secrets=(secret, secret._replace(held=Held.PLAINTEXT, store="", location=where)),
        stores=(Store(reason, kind, about, where, name, reason),),
        keys=(Key(name, "kms", reason, kind, name, path),),
        certificates=(Certificate("tls", reason, name, "2026-07-01", where, about),),
        rotations=(Rotation(about, name, path, "secret-data", "2026-01-01"),),
        findings=(finding(path, message=reason, resource=about, field=name),),
        problems=(Problem(path, reason, 1, 1),),
        notes=(reason,),
        made="2026-06-01T00:00:00Z",
    )


def _well_formed(name: str, text: str) -> None:
    data = text.encode("utf-8", "surrogateescape" if name in {"text", "markdown", "html"} else "strict")
    if name in {"json", "sarif", "sarif-github", "gitlab", "in-toto", "oscal", "cyclonedx"}:
        json.loads(data)
    elif name == "junit":
        ET.fromstring(data)
    elif name == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in text.splitlines() if line)
    elif name == "html":
        assert text.count("<script") == text.count("</script") <= 2
    if name == "text":
        assert "\x1b" not in text
