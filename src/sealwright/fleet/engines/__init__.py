"""Who does the tasks: this process, or Dask. Neither schedules anything of its own beyond what the coordinator asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.fleet.engines.base import Engine


def open_engine(scheduler: str | None, jobs: int | None) -> Engine:
    """A Dask cluster that runs where `scheduler` says; else `jobs` workers here (None or 0: one for each core).

    One job is done in this process and needs no Dask. Raises UsageError where Dask is not installed, or nobody answers.
    """
    if scheduler is None and jobs == 1:
        from sealwright.fleet.engines.inline import InlineEngine

        return InlineEngine()
    from sealwright.fleet.engines.dask import DaskEngine

    return DaskEngine(scheduler, jobs or 0)
