"""The pods that use converted Secrets, as changes of the files that they stand in.

All Secrets of a run come together, since one pod may use several of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.change import Change
from sealwright.convert.layout import Unmovable
from sealwright.convert.secret_provider_class.places import place_of
from sealwright.convert.secret_provider_class.pod_plan import steps_of
from sealwright.convert.secret_provider_class.pod_steps import taken
from sealwright.convert.secret_provider_class.pod_text import PodText, merged
from sealwright.errors import ConvertError
from sealwright.manifest.scalars import TooLarge, to_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as MappingType

    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_provider_class.model import Conversion, Plan
    from sealwright.convert.secret_provider_class.pod_text import Insertion
    from sealwright.manifest.nodes import Mapping
    from sealwright.manifest.scalars import Plain
    from sealwright.rewrite.edit import Edit


class _Pod(NamedTuple):
    """A pod's spec, and the uses in it, each with what its Secret becomes."""

    node: Mapping
    uses: list[tuple[Use, Plan]]


def torn(conversions: Sequence[Sequence[Use]]) -> MappingType[int, ConvertError]:
    """By its number, why one of these conversions, given by their uses, cannot be done with these alone.

    A pod that stands in a base means the Secret of each overlay: all of them become classes, or none.
    """
    claimed = Counter(id(use.node) for uses in conversions for use in uses)
    found = {}
    for number, uses in enumerate(conversions):
        use = next((use for use in uses if claimed[id(use.node)] <= len(use.others)), None)
        if use is not None:
            message = f"{use.consumer.ref} is also used with the one in {use.others[0]}, which is not converted with it"
            hint = "convert both in one run, or convert them to ExternalSecrets"
            found[number] = ConvertError(message, hint=hint, place=place_of(use))
    return found


def consumer_changes(conversions: Iterable[Conversion]) -> MappingType[str, Change]:
    """For each file, by its path, what its pods need. Raises ConvertError, with the place, for a pod whose text cannot
    be edited exactly, or would be wrong for another Secret of the same name."""
    wanted = list(conversions)
    for error in torn([conversion.uses for conversion in wanted]).values():
        raise error
    return edited_pods(wanted)


def edited_pods(conversions: Iterable[Conversion]) -> MappingType[str, Change]:
    """As `consumer_changes`, whatever else the pods are used with."""
    pods: dict[tuple[str, int, int], _Pod] = {}
    for conversion in conversions:
        for use in conversion.uses:
            if use.pod is not None:
                key = (use.consumer.document.source.path, use.pod.start, use.pod.end)
                pods.setdefault(key, _Pod(use.pod, [])).uses.append((use, conversion.plan))
    files: dict[str, list[_Pod]] = {}
    for (path, *_), pod in pods.items():
        files.setdefault(path, []).append(pod)
    return {path: _change(found) for path, found in files.items()}


def _change(pods: list[_Pod]) -> Change:
    found: list[Edit | Insertion] = []
    replaced: list[tuple[tuple[int, int], Plain]] = []
    texts: dict[int, PodText] = {}
    for pod in pods:
        use = pod.uses[0][0]
        text = texts.setdefault(id(use.consumer.document), PodText(use.consumer.document))
        try:
            steps = steps_of(pod.node, pod.uses)
            found += text.edits(pod.node, steps)
            replaced.append(((pod.node.start, pod.node.end), taken(to_plain(pod.node), steps)))
        except Unmovable as error:
            hint = "write this part in plain block style, or convert to an ExternalSecret"
            raise ConvertError(
                f"{use.consumer.ref}: {error} cannot be edited", hint=hint, place=place_of(use)
            ) from None
        except TooLarge:
            message = f"{use.consumer.ref}: its aliases stand for too much"
            raise ConvertError(message, hint="write the values out", place=place_of(use)) from None
    source = pods[0].uses[0][0].consumer.document.source
    return Change(merged(source.text, found), tuple(replaced))
