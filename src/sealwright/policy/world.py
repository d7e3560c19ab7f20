"""Everything that one run looks at, for rules that need more than one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sealwright.policy.subject import Subject


class World(NamedTuple):
    """`subjects` in the order of the files; `files` are all paths of the tree, also those in which there is no subject.

    `read` gives a file's text ('' where it cannot be read): for files that are no manifests, such as `.sops.yaml`.
    `params` are the packs' parameters, as the configuration overrides them. `rendered`: the subjects come from rendered
    manifests, so that what is not there is not there. `whole`: the tree was read as a whole, so that what is not found
    is missing. `today` is YYYY-MM-DD; `changed_on` gives the day of the last commit that touched lines of a file, ''
    where that is not known. `touched` are the paths of the tree that a change touches, none where it is no change that
    is looked at.
    """

    subjects: Sequence[Subject]
    files: Sequence[str]
    read: Callable[[str], str]
    params: Mapping[str, Any]
    rendered: bool
    whole: bool
    today: str
    changed_on: Callable[[str, int, int], str]
    touched: Collection[str] = ()
