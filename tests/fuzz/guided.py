"""A target under atheris: inputs are kept when they reach code that none reached before.

python -m fuzz.guided TARGET RUNS SEED FINDS; `python -m fuzz --engine atheris` starts one for each target.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import time
from importlib import import_module, util
from pathlib import Path
from typing import Any

MAX_BYTES = 16 * 1024
_HANGS = 60
_OURS = 3
"""One mutation in so many is by words and lines, the others are libFuzzer's."""
_LAST = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+) ft: (\d+) corp: (\d+)/")


def main() -> int:
    """One line with the figures; exit code 1 where there was a find, 2 where there is no atheris."""
    if util.find_spec("atheris") is None:
        print("atheris is not installed here: python -m pip install atheris", file=sys.stderr)
        return 2
    name, runs, seed, folder = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch, "log")
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _fuzz(name, int(runs), int(seed), Path(folder), Path(scratch))
        _, status = os.waitpid(child, 0)
        took = time.monotonic() - started
        said = log.read_text(encoding="utf-8", errors="replace")
        found = _LAST.search(said)
        kinds = Path(scratch, "finds").read_text(encoding="utf-8") if Path(scratch, "finds").exists() else ""
        if found is None:
            print(f"{name}: ended early ({status}): {said[-2000:]}", flush=True)
            return 1
        count, edges, features, corpus = map(int, found.groups())
        rate = f"{count / took:.0f} a second"
        reach = f"{edges} edges, {features} features, {corpus} inputs kept"
        print(f"{name}: {count} inputs, {rate}, {reach}, finds: {' '.join(kinds.split()) or 'none'}", flush=True)
        return 1 if kinds else 0


def _fuzz(name: str, runs: int, seed: int, folder: Path, scratch: Path) -> None:
    """Never returns: libFuzzer ends the process."""
    atheris: Any = import_module("atheris")
    log = os.open(scratch / "log", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 2)
    with atheris.instrument_imports(include=["sealwright"], enable_loader_override=False):
        from fuzz.attempt import Finds, attempt
        from fuzz.mutation import mutated
        from fuzz.registry import target

        chosen = target(name)
        for data in chosen.seeds:  # what is imported only when it is needed is instrumented, too
            attempt(chosen, data)
    finds = Finds(folder)
    corpus = scratch / "corpus"
    corpus.mkdir()
    for number, data in enumerate(chosen.seeds):
        (corpus / f"{number:04}").write_bytes(data)
    words = scratch / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in chosen.words if word), encoding="ascii")

    def one(data: bytes) -> None:
        find = attempt(chosen, data)
        if find is not None:
            finds.add(find)
            (scratch / "finds").write_text(repr(finds.kinds), encoding="utf-8")

    def mutate(data: bytes, longest: int, number: int) -> bytes:
        if number % _OURS:
            made: bytes = atheris.Mutate(data, longest)
            return made
        return mutated(data, chosen, random.Random(number))[:longest]

    options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={MAX_BYTES}", f"-timeout={_HANGS}", f"-dict={words}"]
    options += ["-rss_limit_mb=4096", f"-artifact_prefix={folder}/{name}-", "-print_final_stats=1", "-len_control=20"]
    folder.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=mutate)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    sys.exit(main())
