"""Which repositories are next: hosts are asked for a few at a time, and not while they want a pause."""

from __future__ import annotations

import pytest

from sealwright.fleet.model import Member
from sealwright.fleet.waiting import BATCH, MOST_PAUSES, Waiting, host_of


def here(number: int) -> tuple[int, Member]:
    return number, Member(f"l{number}", f"/repositories/l{number}")


def there(number: int, host: str = "git.example.com") -> tuple[int, Member]:
    return number, Member(f"r{number}", f"https://{host}/r{number}")


def test_local_ones_come_many_at_a_time() -> None:
    waiting = Waiting(here(number) for number in range(2 * BATCH + 3))
    assert [len(waiting.take()) for _ in range(4)] == [BATCH, BATCH, 3, 0]
    assert waiting.over


def test_a_host_is_asked_for_a_few_at_a_time_and_holds_up_nobody_else() -> None:
    members = [there(number) for number in range(40)] + [here(40), there(41, "other.example.com")]
    waiting = Waiting(members)
    taken = [waiting.take() for _ in range(7)]
    assert [[position for position, _ in some] for some in taken] == [[0], [1], [2], [3], [41], [40], []]
    assert not waiting.over
    waiting.arrived(members[2][1])
    assert waiting.take() == [members[4]]
    assert waiting.take() == []


def test_a_pause_is_kept_grows_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("sealwright.fleet.waiting.time.monotonic", lambda: now[0])
    waiting = Waiting([there(0), there(1)])
    ((position, member),) = waiting.take()
    waiting.arrived(member)
    seconds = 0.0
    for number in range(MOST_PAUSES):
        assert waiting.later(position, member, 10)
        assert waiting.take() == []
        assert not waiting.over
        assert waiting.pause() == pytest.approx(10 * 2**number)
        now[0] += waiting.pause()
        while (item := waiting.take()) != [(position, member)]:
            assert item, "the other one of the host comes between"
            waiting.arrived(item[0][1])
        waiting.arrived(member)
        seconds += 10 * 2**number
    assert not waiting.later(position, member, 10), "often enough"
    assert now[0] == pytest.approx(1000 + seconds)
    assert waiting.over


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://Git.Example.com:8443/a/b", "git.example.com"),
        ("ssh://git@git.example.com/a", "git.example.com"),
        ("git@git.example.com:a/b", "git.example.com"),
        ("file:///srv/a", ""),
        ("https://[broken/a", ""),
    ],
)
def test_the_host_of_an_address(location: str, host: str) -> None:
    assert host_of(location) == host
