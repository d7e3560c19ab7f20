"""Four times as much takes about four times as long, whatever there is much of."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from unit.convert.sealing_again import sealed

HEAD = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: prod\n"


def values(n: int) -> str:
    return f"{HEAD}stringData:\n" + "".join(f"  key-{i}: value # {i}\n" for i in range(n))


def secrets(n: int) -> str:
    return "---\n".join(f"{HEAD}stringData:\n  a: b\n" for _ in range(n))


def items(n: int) -> str:
    item = f"{HEAD}stringData:\n  a: b\n".replace("\n", "\n  ").rstrip(" ")
    return f"apiVersion: v1\nkind: List\nitems:\n{f'- {item}' * n}"


def comments(n: int) -> str:
    deep = "".join(f"{' ' * (3 + i % 7)}# {i}\n\n" for i in range(20 * n))
    return f"{HEAD}{deep}stringData:\n{deep}  a: b\n{deep}type: Opaque\n{deep}"


def huge(n: int) -> str:
    return f"{HEAD}stringData:\n  a: |\n" + "    some # text\n" * (100 * n)


def many_annotations(n: int) -> str:
    lines = "".join(f"    key-{i}: 'x' # c\n" for i in range(5 * n))
    return HEAD.replace("  name", f"  annotations:\n{lines}  name", 1) + "stringData:\n  a: b\n"


def flow(n: int) -> str:
    data = ", ".join(f"k{i}: v" for i in range(n))
    return f"{{apiVersion: v1, kind: Secret, metadata: {{name: a, namespace: b}}, stringData: {{{data}}}}}\n"


def flow_inside(n: int) -> str:
    return f"{HEAD}stringData: {{{', '.join(f'k{i}: v' for i in range(n))}}}\n"


def spent(text: str) -> float:
    start = time.process_time()
    assert sealed(text).sealed
    return time.process_time() - start


@pytest.mark.parametrize("make", [values, secrets, items, comments, huge, many_annotations, flow, flow_inside])
def test_is_linear(make: Callable[[int], str]) -> None:
    sealed(make(5))
    small, large = make(250), make(1000)
    ratios = []
    for _ in range(8):  # the machine may be busy with something else
        ratios.append(spent(large) / spent(small))
        if ratios[-1] < 9:
            return
    pytest.fail(f"{ratios}")
