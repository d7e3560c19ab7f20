"""The inventory at a terminal: short, the worst first, and nothing in it that a terminal would act on."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.finding import Location, Position, Problem, ResourceRef
from sealwright.inventory.model import Certificate, Held, Inventory, Item, Point, Rotation, Secret
from sealwright.report.inventory_text import inventory_text


def place(path: str = "a.yaml", line: int = 3) -> Location:
    return Location(path, Position(line, 1), Position(line, 2))


def secret(held: Held, name: str = "db", environment: str = "") -> Secret:
    return Secret(
        ResourceRef("v1", "Secret", "shop", name), held, place(), environment, name, items=(Item("password"),)
    )


def inventory(*secrets: Secret, **more: Any) -> Inventory:
    return Inventory("shop", "2026-03-01", secrets=secrets, files=7)._replace(**more)


def test_nothing() -> None:
    assert inventory_text(inventory()) == "shop: no secrets in 7 files.\n"


def test_the_table_and_the_lists_begin_with_the_worst() -> None:
    text = inventory_text(
        inventory(
            secret(Held.SEALED, environment="prod"),
            secret(Held.PLAINTEXT, environment="prod"),
            secret(Held.PLAINTEXT)._replace(accepted=True),
        )
    )
    assert text.startswith("shop: 3 secrets in 7 files, 2 in clear, 1 of them accepted.\n")
    assert "  environment  plaintext     sealed\n  prod                 1          1\n" in text
    assert "\n  (not known)          1          .\n" in text
    assert text.index("plaintext: in clear") < text.index("sealed: opened by its cluster alone")
    assert "  a.yaml:3  Secret shop/db  password\n" in text


def test_what_has_the_same_name_is_named_once() -> None:
    whole = secret(Held.EXTERNAL)._replace(items=(Item("password"), Item("*", remote="a"), Item("*", remote="b")))
    assert "  a.yaml:3  Secret shop/db  password, *\n" in inventory_text(inventory(whole))


@pytest.mark.parametrize(
    ("day", "expires", "told"),
    [
        ("2026-03-01", "", False),
        ("2026-03-01", "2026-04-01", False),
        ("2026-03-01", "2026-03-31", True),
        ("2026-03-01", "2020-01-01", True),
        ("2024-02-29", "2024-03-30", True),
        ("2024-02-29", "2024-03-31", False),
    ],
)
def test_certificates_that_end_within_thirty_days_are_told(day: str, expires: str, told: bool) -> None:
    one = Certificate("tls", "CN=a", "sha256:1", expires, place("tls.yaml"))
    assert ("CN=a" in inventory_text(inventory(day=day, certificates=(one,)))) is told


def test_long_lists_end_somewhere() -> None:
    text = inventory_text(inventory(*(secret(Held.SOPS, f"n{number}") for number in range(30))))
    assert text.count("Secret shop/n") == 20
    assert "  and 10 more: --format json has them all\n" in text


def test_a_name_cannot_disturb_the_terminal() -> None:
    odd = secret(Held.PLAINTEXT, "x\x1b[2J\u202e", "p\nq")
    text = inventory_text(inventory(odd, problems=(Problem("b\x07", "a\x1b[0m", hint="\x9b"),)))
    assert set(text) & {"\x1b", "\u202e", "\x07", "\x9b"} == set()
    assert "p\\nq" in text


def test_what_has_to_be_done_and_what_is_not_known() -> None:
    over = Certificate("tls", "CN=a", "sha256:1", "2026-03-20", place("tls.yaml"))
    later = over._replace(subject="CN=b", expires="2026-05-01")
    gone = Rotation(
        ResourceRef("v1", "Secret", "", "old"), "data.a", "old.yaml", "r", "2026-01-01", "2026-02-01", at_tip=False
    )
    points = (Point("2026-01-01", "a" * 40, {Held.PLAINTEXT: 3}), Point("2026-03-01", "", {Held.SEALED: 2}))
    text = inventory_text(
        inventory(
            secret(Held.PLAINTEXT),
            certificates=(over, later),
            rotations=(gone, gone._replace(path="now.yaml", at_tip=True)),
            progress=points,
            notes=("This clone is shallow.",),
            problems=(Problem("b.yaml", "does not parse", 4),),
        )
    )
    assert "at least 1 in clear" in text
    assert "1 value can still be read in the history" in text
    assert "  old.yaml  Secret old  data.a  seen in clear 2026-01-01 to 2026-02-01\n" in text
    assert "now.yaml" not in text
    assert "CN=a" in text
    assert "CN=b" not in text
    assert "  2026-01-01  aaaaaaaa      3 of 3\n  2026-03-01                0 of 2\n" in text
    assert "This clone is shallow.\n" in text
    assert "  b.yaml:4: does not parse\n" in text
