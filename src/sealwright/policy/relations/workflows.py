"""Workflows of CI as subjects. Source: GitHub, "Workflow syntax for GitHub Actions"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.relations.reading import yaml_subjects
from sealwright.policy.relations.values import items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.policy.world import World

KIND = "Workflow"
_FOLDER = ".github/workflows/"


def workflows(world: World) -> Iterator[Subject]:
    """Every workflow of GitHub Actions at the top of the tree."""
    for path in world.files:
        if path.startswith(_FOLDER) and path.endswith((".yml", ".yaml")):
            yield from yaml_subjects(path, world.read(path), KIND)


def jobs(workflow: Subject) -> Iterator[tuple[DocumentPath, dict[str, Any]]]:
    """Every job with its path; the last key of the path is its name."""
    for name, job in mapping(workflow.value, "jobs").items():
        if isinstance(job, dict):
            yield ("jobs", name), job


def steps(path: DocumentPath, job: dict[str, Any]) -> Iterator[tuple[DocumentPath, dict[str, Any]]]:
    """Every step of a job with its path."""
    for number, step in enumerate(items(job, "steps")):
        if isinstance(step, dict):
            yield (*path, "steps", number), step
