"""The answers at the top: the trend, and what to do first."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from browser import inventories
from browser.inventories import finding, where

from sealwright.finding import Outcome, Problem, ResourceRef, Severity, Status, Verdict
from sealwright.inventory.model import Certificate, Consumer, Held, Inventory, Item, Key, Point, Rotation, Secret
from sealwright.report.days import duration
from sealwright.report.html.chart import _spread
from sealwright.report.html.first_step import first_step
from sealwright.report.html.page import inventory_page
from sealwright.report.html.scale import day_ticks, number_ticks
from sealwright.report.html.trend import trend
from sealwright.report.html.worklists import certificates_section


def points(*counts: tuple[str, int]) -> tuple[Point, ...]:
    return tuple(Point(day, "c" * 40, {Held.PLAINTEXT: count, Held.SEALED: 9}) for day, count in counts)


@pytest.mark.parametrize(
    ("past", "answer", "reason"),
    [
        ((), "Not known", "no history"),
        ((("2026-01-01", 4),), "Not known", "no history"),
        ((("2026-01-01", 4), ("2026-01-01", 2)), "Not known", "no history"),
        ((("someday", 4), ("2026-01-01", 2)), "Not known", "no history"),
        ((("2026-01-01", 0), ("2026-05-01", 0)), "Never was any", "None was in clear on any of 2 days"),
        ((("2026-01-01", 7), ("2026-01-20", 9), ("2026-05-01", 5)), "Yes", "4 fewer in clear than on 20 January 2026."),
        ((("2026-01-01", 7), ("2026-04-30", 5), ("2026-05-01", 5)), "Yes", "2 fewer in clear than on 1 January 2026."),
        (
            (("2025-01-01", 9), ("2026-01-01", 2), ("2026-05-01", 5)),
            "No",
            "3 more in clear than on 1 January 2026. The most were 9",
        ),
        (
            (("2026-01-01", 5), ("2026-05-01", 5)),
            "No change",
            "As many in clear as on 1 January 2026, 3 months before.",
        ),
        (
            (("2026-01-01", 5), ("2026-02-01", 0), ("2026-05-01", 0)),
            "Done",
            "None since 1 February 2026; there were 5 on 1 January",
        ),
        ((("2026-05-01", 0), ("2026-01-01", 5)), "Done", "None since 1 May 2026"),
    ],
)
def test_the_trend(past: tuple[tuple[str, int], ...], answer: str, reason: str) -> None:
    found = trend(points(*past))
    assert found.answer == answer
    assert reason in found.reason


EMPTY = Inventory("shop", "2026-11-21", files=1)
REF = ResourceRef("v1", "Secret", "shop", "db")
PLAIN = Secret(REF, Held.PLAINTEXT, where("a b/db.yaml"), items=(Item("x"), Item("y")), since="2024-03-01")
VERDICT = Verdict(
    where("s.yaml"), ResourceRef("", "SealedSecret", "shop", "db"), "x", Outcome.FAILS, "the name was changed"
)
CERTIFICATE = Certificate("tls", "CN=shop", "", "2026-12-01", where("t.yaml"))
ROTATION = Rotation(REF, "data.x", "db.yaml", "secret-data", "2025-01-01")
ALL = EMPTY._replace(
    secrets=(PLAIN,),
    verdicts=(VERDICT,),
    certificates=(CERTIFICATE,),
    findings=(finding("d.yaml", 3),),
    rotations=(ROTATION,),
    problems=(Problem("p.yaml", "broken"),),
)


@pytest.mark.parametrize(
    ("gone", "what", "why", "command"),
    [
        (
            (),
            "Take Secret shop/db out of clear",
            "2 values, in clear since 1 March 2024.",
            "convert --to external-secret 'a b/db.yaml'",
        ),
        (
            ("secrets",),
            "Seal SealedSecret shop/db again",
            "1 sealed value cannot be opened",
            "sealwright verify s.yaml",
        ),
        (("verdicts",), "Renew the tls certificate of CN=shop", "It ends on 1 December 2026.", ""),
        (
            ("certificates",),
            "Mend Secret shop/db",
            "keeps `password` in clear",
            "seal --in-place --certificate CERT d.yaml",
        ),
        (("findings",), "Change data.x of Secret shop/db", "from 1 January 2025", ""),
        (("rotations",), "Let everything be checked", "may hold secrets", "sealwright scan"),
        (("problems",), "Nothing", "Nothing stands against this repository", "sealwright doctor"),
        (("files",), "Look at some files", "No file was looked at", ""),
    ],
)
def test_what_comes_first(gone: tuple[str, ...], what: str, why: str, command: str) -> None:
    order = ["secrets", "verdicts", "certificates", "findings", "rotations", "problems", "files"]
    without = order[: order.index(gone[0]) + 1] if gone else []
    nothing: dict[str, Any] = {name: 0 if name == "files" else () for name in without}
    step = first_step(ALL._replace(**nothing))
    assert step.what == what
    assert why in step.why
    assert command in step.command
    assert bool(command) == bool(step.command)


def test_the_worst_secret_comes_first_and_the_usual_way_is_named() -> None:
    worse = finding("c.yaml", 1, severity=Severity.CRITICAL)
    secrets = (
        PLAIN,
        PLAIN._replace(ref=REF._replace(name="used"), consumers=(Consumer(REF, "env", where("x.yaml")),)),
        PLAIN._replace(ref=REF._replace(name="live"), environment="production"),
        PLAIN._replace(ref=REF._replace(name="worst"), findings=(worse.fingerprint,)),
        PLAIN._replace(ref=REF._replace(name="meant"), accepted=True, findings=(worse.fingerprint,)),
        PLAIN._replace(held=Held.CSI),
    )
    named = [first_step(EMPTY._replace(secrets=secrets[:count], findings=(worse,))).what for count in (1, 2, 3, 5)]
    assert named == [f"Take Secret shop/{name} out of clear" for name in ("db", "used", "live", "worst")]
    step = first_step(EMPTY._replace(secrets=secrets, findings=(worse._replace(status=Status.WAIVED),)))
    assert step.what == "Take Secret shop/live out of clear"
    assert step.command.startswith("sealwright convert --to secret-provider-class ")


def test_sealing_takes_a_certificate_where_no_cluster_says_one() -> None:
    sealing = EMPTY._replace(secrets=(PLAIN, PLAIN._replace(held=Held.SEALED)))
    assert first_step(sealing).command == "sealwright convert --to sealed-secret --certificate CERT 'a b/db.yaml'"
    stamped = sealing._replace(keys=(Key("sha256:1", "sealing", "sealing key"),))  # known of a stamp alone
    assert "--certificate CERT" in first_step(stamped).command
    configured = sealing._replace(keys=(Key("sha256:1", "sealing", "sealing key of prod", cluster="prod"),))
    assert first_step(configured).command == "sealwright convert --to sealed-secret 'a b/db.yaml'"
    external = EMPTY._replace(secrets=(PLAIN, PLAIN._replace(held=Held.EXTERNAL)))
    assert "--certificate" not in first_step(external).command


@pytest.mark.parametrize(
    ("algorithm", "bits", "shown"),
    [
        ("P-256", 256, "P-256"),
        ("Ed25519", 0, "Ed25519"),
        ("RSA", 4096, "RSA 4096"),
        ("P-521", 521, "P-521"),
    ],
)
def test_a_key_is_said_with_its_size_once(algorithm: str, bits: int, shown: str) -> None:
    section = certificates_section([CERTIFICATE._replace(algorithm=algorithm, bits=bits)], "2026-11-21")
    (cell,) = re.findall(r'data-label="Key">(?:<[^>]*>)*([^<]*)<', section.body)
    assert cell == shown


@pytest.mark.parametrize(
    ("most", "ticks"), [(0, [0, 1]), (1, [0, 1]), (4, [0, 1, 2, 3, 4]), (7, [0, 2, 4, 6, 8]), (101, [0, 50, 100, 150])]
)
def test_numbers_along_the_axis(most: int, ticks: list[int]) -> None:
    assert number_ticks(most) == ticks
    assert all(len(number_ticks(number)) <= 5 and number_ticks(number)[-1] >= number for number in range(5000))


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2026-01-05", "2026-01-05", ["5 Jan 2026"]),
        ("2026-01-05", "2026-01-09", ["5 Jan 2026", "9 Jan 2026"]),
        ("2026-01-05", "2026-05-09", ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]),
        ("2024-12-03", "2026-11-20", ["Jan 2025", "Jul 2025", "Jan 2026", "Jul 2026"]),
        ("2019-12-31", "2026-08-22", ["2020", "2022", "2024", "2026"]),
        ("1970-01-01", "2026-08-22", ["1970", "1980", "1990", "2000", "2010", "2020"]),
    ],
)
def test_days_along_the_axis(first: str, last: str, labels: list[str]) -> None:
    from datetime import date

    ticks = day_ticks(date.fromisoformat(first), date.fromisoformat(last))
    assert [tick.label for tick in ticks] == labels
    assert all(0 <= tick.at <= 1 for tick in ticks)


def test_ticks_of_impossible_spans_end() -> None:
    from datetime import date

    assert len(day_ticks(date.min, date.max)) <= 7


@pytest.mark.parametrize("heights", [[], [0.99], [0.99, 0.985, 0.98], [0.5, 0.49, 0.48, 0.02, 0.01, 0.0]])
def test_labels_stay_apart_and_inside(heights: list[float]) -> None:
    placed = _spread(heights)
    assert len(placed) == len(heights)
    assert all(0 < one < 1 for one in placed)
    assert all(below - above >= 0.084 for below, above in pairwise(placed))


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (89, "89 days"), (90, "2 months"), (365, "12 months"), (800, "2 years")]
)
def test_durations(days: int, words: str) -> None:
    assert duration(days) == words


def test_the_sample_has_what_it_says() -> None:
    sample = inventories.large()
    assert len(sample.secrets) == 140
    assert {secret.environment for secret in sample.secrets} == set(inventories.ENVIRONMENTS)
    assert len(sample.progress) == 25


def test_a_file_that_is_no_manifest_is_named_by_its_path() -> None:
    secret = PLAIN._replace(ref=ResourceRef(), location=where("deploy/prod.env"))
    step = first_step(EMPTY._replace(secrets=(secret,)))
    assert step.what == "Take the values in deploy/prod.env out of clear"
    assert step.command == "sealwright scan --explain deploy/prod.env"
    assert "(no name)" not in inventory_page(
        EMPTY._replace(secrets=(secret,), rotations=(ROTATION._replace(ref=ResourceRef()),))
    )
