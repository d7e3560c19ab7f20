"""`sealwright edit`: the values of a SealedSecret in the person's editor, and only what changed sealed again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.cli.context import context, keeping, opening_keys
from sealwright.cli.streams import complain, show_error
from sealwright.errors import ExitCode, SealingError, UsageError
from sealwright.finding import Problem

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.config import Config
    from sealwright.manifest.discover import Selection, Target
    from sealwright.manifest.git import Repository
    from sealwright.run.edit import Edited, Session
    from sealwright.sealing.sealing_key import SealingKey
    from sealwright.verify.keys.opened import Opener

DESCRIPTION = (
    "Change the values of a SealedSecret in $VISUAL or $EDITOR. They lie in memory meanwhile, and are wiped at the "
    "end; items that were not changed keep their ciphertext."
)


def add_options(parser: Parser) -> None:
    """Which SealedSecret, with which keys."""
    from sealwright.cli.options import opening_option, remember, stamp_options

    parser.add_argument("paths", nargs="*", metavar="FILE", help="one manifest")
    opening_option(parser)
    certificate = "to seal with: a file, an https URL, or a cluster (default: the backup's newest key)"
    parser.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    parser.add_argument("--fingerprint", default=None, help="refuse any other key to seal with than this (sha256:...)")
    parser.add_argument("--name", default=None, help="the SealedSecret of this name, where the file has several")
    namespace = "the one of this namespace; also for a SealedSecret that names none"
    parser.add_argument("-n", "--namespace", default=None, help=namespace)
    disk = "put the values on disk where there is no file system in memory"
    parser.add_argument("--allow-disk", action="store_true", default=None, help=disk)
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    stamp_options(parser)
    parser.set_defaults(skip_files=None, depth=None)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Open, let the person edit, seal, write."""
    from sealwright.cli.editor import Stoppable, editor_command
    from sealwright.run.edit import begin
    from sealwright.run.open import Picked, failure_words, manifest_of
    from sealwright.run.stamping import with_stamps

    opening_keys(options)
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("edit needs a terminal", hint="in scripts, change single values with `sealwright seal --into`")
    command = editor_command()
    selection, repository, config = context(options)
    target = _target(selection, repository)
    opener, key = _keys(options, config, target)
    with Stoppable():
        session = begin(manifest_of(target), opener, Picked(options.name or "", options.namespace or ""))
        if isinstance(session, list):
            for line in failure_words(session):
                complain(f"error: {line}\n")
            complain("hint:  seal another value in its place: sealwright seal --into\n")
            return ExitCode.FINDINGS
        edited = _edited(session, command, key, opener, allow_disk=bool(options.allow_disk))
    if edited is None:
        sys.stdout.write("Nothing was changed.\n")
        return ExitCode.CLEAN
    from sealwright.rewrite.transaction import commit

    commit(with_stamps([edited.change], edited.stamps, repository, keeping(options, config)))
    sys.stdout.write(_told(edited, target.path, key))
    return ExitCode.CLEAN


def _target(selection: Selection, repository: Repository | None) -> Target:
    from sealwright.run.sealed_manifests import manifest_targets

    found = list(manifest_targets(selection, repository)) if len(selection.paths) == 1 else []
    if len(found) != 1:
        raise UsageError("one file can be edited at a time", hint="name a manifest with a SealedSecret")
    if isinstance(found[0], Problem):
        raise UsageError(found[0].message, place=found[0].path, hint=found[0].hint)
    return found[0]


def _keys(options: argparse.Namespace, config: Config, target: Target) -> tuple[Opener, SealingKey]:
    from sealwright.run.reseal.newest_key import NewestKeys
    from sealwright.verify.keys.keyring import load_keyring
    from sealwright.verify.keys.opened import Opener

    keyring = load_keyring(options.private_key, retired_suffice=True)
    pin, backups = options.fingerprint or "", len(options.private_key)
    keys = NewestKeys(config, options.certificate or "", fingerprint=pin, keyring=keyring, backups=backups)
    return Opener(keyring), keys.for_path(target.path)


def _edited(
    session: Session, command: list[str], key: SealingKey, opener: Opener, *, allow_disk: bool
) -> Edited | None:
    """What the person made of it; they are asked again for as long as it cannot be read."""
    from sealwright.cli.editor import run_editor
    from sealwright.cli.private_folder import PrivateFolder
    from sealwright.convert.editor_text import edited_values
    from sealwright.run.edit import finish

    with PrivateFolder(allow_disk=allow_disk) as folder:
        text = session.text
        path = folder.write("secret.yaml", text)
        while True:
            ended = run_editor(command, path, folder.path)
            data = _content(path)
            if data is None or data == text.reveal():
                if ended.at_once:
                    raise _returned_at_once()
                return None
            try:
                return finish(session, edited_values(data, session.sealed.ref), key, opener)
            except SealingError as error:
                show_error(error)
                if not _again():
                    raise UsageError("what was edited cannot be sealed: nothing was changed") from None


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _returned_at_once() -> UsageError:
    hint = "if it opens a window, tell it to wait until the file is closed: EDITOR='code --wait'"
    return UsageError("the editor came back at once, and nothing was changed", hint=hint)


def _again() -> bool:
    complain("Edit again? [Y/n] ")
    answer = sys.stdin.readline()
    return bool(answer) and not answer.strip().lower().startswith("n")


def _told(edited: Edited, path: str, key: SealingKey) -> str:
    merged = edited.merged
    done = [
        f"{word} {', '.join(f'`{name}`' for name in names)}"
        for word, names in (("changed", merged.changed), ("added", merged.added), ("removed", merged.deleted))
        if names
    ]
    kept = f"; {len(merged.kept)} as before" if merged.kept else ""
    return f"{path}: {merged.ref}: {', '.join(done)}{kept}. Sealed with key {key.short} ({key.origin}).\n"
