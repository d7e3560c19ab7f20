"""Why a renderer failed, in our words: its own may repeat patches, templates and values.

What is taken over from them is a place, and only if that file exists.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.run.limited import Finished

_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        "already registered id",
        "two of its objects have the same kind, name and namespace",
        "rename or drop one of them",
    ),
    ("is not in or below", "it names a file outside of its folder, which kustomize refuses", "move the file into it"),
    ("cycle detected", "it names itself, by way of others", "break the circle"),
    ("enable-helm", "it inflates a Helm chart, which is not done here", "render it yourself, and verify the result"),
    (
        "external plugins disabled",
        "it uses a plug-in, which is not run here",
        "render it yourself, and verify the result",
    ),
    ("enable-alpha-plugins", "it uses a plug-in, which is not run here", "render it yourself, and verify the result"),
    ("enable-exec", "it uses a plug-in, which is not run here", "render it yourself, and verify the result"),
    ("no matches for Id", "a patch or a replacement fits none of its objects", ""),
    ("failed to find unique target", "a patch fits none of its objects, or several", ""),
    ("no resource matches", "a patch fits none of its objects", ""),
    ("nothing selected", "a replacement selects none of its objects", ""),
    ("unknown field", "it has a field that this version does not know", "compare the versions of kustomize"),
    ("missing in charts/", "its dependencies are not in its folder `charts`", "run `helm dependency build` first"),
    ("don't meet the specifications of the schema", "its values do not fit its schema", "give it the values it needs"),
    ("nil pointer evaluating", "a template uses a value that is not set", "give it the values it needs"),
    ("execution error at", "a template refuses its values", "give it the values it needs"),
    ("parse error at", "a template does not parse", "mend it"),
    ("YAML parse error on", "what a template makes is not YAML", "mend it"),
    ("chart requires kubeVersion", "it is for another version of Kubernetes", ""),
    ("MalformedYAMLError", "one of its files is not YAML", "mend it"),
    ("yaml: ", "one of its files is not YAML", "mend it"),
    ("no such file or directory", "it names something that is not there", "check the paths in it"),
    ("cannot allocate memory", "it needs more than 2 GiB of memory", "it may hold a bomb of aliases, or a loop"),
    ("out of memory", "it needs more than 2 GiB of memory", "it may hold a bomb of aliases, or a loop"),
)
_PLACE = Pattern(r"([A-Za-z0-9_][A-Za-z0-9_./-]{0,200}\.(?:ya?ml|tpl|json|txt))(?::(\d{1,7}))?")


class Failure(NamedTuple):
    """What went wrong and what to do; `place` is a path below the folder that was rendered, with a line if known."""

    message: str
    hint: str
    place: str = ""


def failure_of(finished: Finished, program: str, folder: str, command: str) -> Failure:
    """Why a program failed. `command` is what a person would type to see the program's own words."""
    by_hand = f"`{command}` tells more"
    if finished.stopped:
        return Failure(f"{program} {finished.stopped}, and was stopped", by_hand)
    text = finished.errors.decode("utf-8", "replace")
    place = _place(text, folder)
    for words, message, hint in _KNOWN:
        if words in text:
            return Failure(f"{program} cannot render it: {message}", f"{hint}; {by_hand}" if hint else by_hand, place)
    return Failure(f"{program} cannot render it (exit code {finished.code})", by_hand, place)


def _place(text: str, folder: str) -> str:
    """The first file that exists of those that the words name; charts put their own name before the path."""
    for match in _PLACE.finditer(text):
        for path in (match[1], match[1].partition("/")[2]):
            if path and not os.path.isabs(path) and os.path.isfile(os.path.join(folder, *path.split("/"))):
                return f"{path}:{match[2]}" if match[2] else path
    return ""
