"""A command in a script, a Makefile, a pipeline or documentation shows a credential.

Finds: `kubectl create secret ... --from-literal`, `--docker-password`, `helm --set`, `docker login -p`, `curl -u`,
`mysql -p`, `redis-cli -a`, `sshpass -p`, `PGPASSWORD=...`, `export TOKEN=...`, `echo ... | chpasswd`, base64 of
a password, and every other option or variable whose name promises a credential; in shell scripts, Makefiles,
Dockerfiles, justfiles, the steps of CI pipelines, and Markdown and its like.

Leaves alone: `$VAR`, `$(command)`, `<your-password>`, files (`--password-file`), placeholders; in documentation and in
comments also whatever does not look made by a machine.

Bad:

    #!/bin/sh
    kubectl create secret generic db --from-literal=password=hunter2

Good:

    #!/bin/sh
    kubectl create secret generic db --from-literal=password="$DB_PASSWORD"

Fix: seal the Secret instead of creating it by hand (`kubectl create secret ... --dry-run=client -o yaml | sealwright
seal -`), and let scripts read credentials from the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.trail import shown
from sealwright.finding import Span
from sealwright.manifest.endings import base_name
from sealwright.manifest.families import Family, family_of, says_kind
from sealwright.manifest.resource import resources
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.credentials.assignments import Assignment

RULE = "shell-command"
EXAMPLE = "bootstrap.sh"

_READABLE = Pattern(r"[\w.\-/ \[\]]{1,120}\Z")
_GROOVY = "jenkinsfile"
_STEP = Pattern(
    r"""\b(?:sh|bat|powershell|pwsh)\b[ \t]{0,8}\(?[ \t]{0,8}(?:[\w, :\[\]]{0,80}script[ \t]{0,8}:[ \t]{0,8})?"""
    r"""(?P<quote>'{3}|"{3}|['"])"""
)
"""The step of a Jenkins pipeline that runs a command."""
_PIPELINES = (".github/", ".gitea/", ".forgejo/", ".circleci/", ".gitlab/", ".buildkite/", ".woodpecker/", ".tekton/")
_PIPELINE_NAMES = (
    *(".gitlab-ci", "azure-pipelines", ".travis", "taskfile", "buildspec", "bitbucket-pipelines", ".drone"),
    *(".woodpecker",),
    *("cloudbuild", "docker-compose", "compose.", "skaffold", "action.y", "appveyor", ".cirrus", "codefresh"),
)
_COMMANDS = frozenset(
    {"run", "script", "before_script", "after_script", "cmd", "cmds", "command", "commands", "shell", "bash", "pwsh"}
    | {"powershell", "inlineScript", "entrypoint", "args", "install", "before_install"}
)


def find(view: View) -> Iterator[Hit]:
    """Credentials in the commands of a script, of documentation, of a pipeline."""
    family = family_of(view.source.path, view.source.text)
    if family is Family.SHELL:
        yield from _in_script(view)
    elif family is Family.PROSE:
        yield from _in_prose(view)
    elif family is Family.MANIFEST and _is_pipeline(view.source.path):
        yield from _in_pipeline(view)


def _in_script(view: View) -> Iterator[Hit]:
    from sealwright.detect.credentials.shell import shell_credentials

    text = view.source.text
    if base_name(view.source.path).startswith(_GROOVY) or base_name(view.source.path).endswith(".groovy"):
        text = _with_steps_as_lines(text)
    for found in shell_credentials(text):
        yield _hit(found)
    yield from _in_files(text)


def _with_steps_as_lines(text: str) -> str:
    """A pipeline of Jenkins in which the strings that are commands stand on lines of their own; offsets stay."""
    parts: list[str] = []
    done = 0
    for step in _STEP.finditer(text):
        quote = step.group("quote")
        end = text.find(quote, step.end())
        if step.start() < done or end < 0:
            continue
        parts += [text[done : step.start("quote")], "\n" * len(quote), text[step.end() : end], "\n" * len(quote)]
        done = end + len(quote)
    return "".join([*parts, text[done:]])


def _in_files(text: str) -> Iterator[Hit]:
    """What a script writes into a file that is no manifest: only what looks made by a machine."""
    from sealwright.detect.credentials.assignments import assignments
    from sealwright.detect.credentials.values import looks_random
    from sealwright.manifest.heredocs import heredocs, without_expansions

    for heredoc in heredocs(text):
        body = text[heredoc.start : heredoc.end]
        if says_kind(body):
            continue
        body = body if heredoc.quoted else without_expansions(body)
        for found in assignments(body):
            if looks_random(body[found.span.start : found.span.end]):
                span = Span(found.span.start + heredoc.start, found.span.end + heredoc.start)
                yield _hit(found._replace(span=span))


def _in_prose(view: View) -> Iterator[Hit]:
    from sealwright.detect.credentials.shell import shell_credentials

    for found in shell_credentials(view.source.text, prose=True):
        yield _hit(found)


def _in_pipeline(view: View) -> Iterator[Hit]:
    from sealwright.detect.credentials.command_lines import command_credentials
    from sealwright.detect.credentials.pairs import pairs

    for document in view.documents:
        for resource in resources(document):
            if not resource.ref.kind:
                commands = [
                    pair for pair in pairs(resource.node, view.budget) if not _COMMANDS.isdisjoint(pair.trail.keys())
                ]
                for pair, found in command_credentials(commands, view.source):
                    yield _hit(found, field=str(pair.trail))


def _is_pipeline(path: str) -> bool:
    lowered = f"/{path.lower()}"
    return any(f"/{folder}" in lowered for folder in _PIPELINES) or base_name(path).startswith(_PIPELINE_NAMES)


def _hit(found: Assignment, field: str = "") -> Hit:
    name = shown(found.name) if _READABLE.match(found.name) else "a value"
    field = f"{field}:{name}" if field else name
    return Hit(found.span, f"this command shows `{name}` in clear", field=field, confidence=found.confidence)
