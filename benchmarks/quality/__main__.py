"""`python -m benchmarks.quality`: run every scanner over our cases, and write the figures into docs/quality.md."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.quality import page, policy, public
from benchmarks.quality.catalogue import Case, catalogue, titles
from benchmarks.quality.score import Score, score
from benchmarks.quality.tools import RIVALS, Hit, NotHereError, Tool, own_findings, sealwright
from benchmarks.quality.variants import Variant, variant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"
REWRITTEN = (1, 2, 3, 4)
"""Seeds of the rewritten set: other names, other alphabets, another form for each."""
_SETS = "public: sets of others, from GitHub; policy: whether the pack `baseline` finds in them what was judged"


class Ready(NamedTuple):
    """A tool that can be run here."""

    name: str
    version: str
    scan: Callable[[Path], set[Hit]]
    thrifty: bool


def main(arguments: Sequence[str]) -> int:
    """Measure and write. Exit 0 whatever the figures are: they are there to be read.

    Exit 1 for `--sets policy` where what is found is not what was judged.
    """
    options = _parser().parse_args(arguments)
    cache: Path = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    if options.sets == "policy":
        differences = _differences(cache, options.sets_folder)
        if differences:
            print("\n".join(differences), file=sys.stderr)
            return 1
        blocks = {"policy": policy.section(policy.judged())}
    else:
        blocks = _of_scanners(options, cache)
    text = PAGE.read_text(encoding="utf-8")  # now: the other sets may have been measured at the same time
    for block, content in blocks.items():
        text = page.replaced(text, block, content)
    if options.print:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        print(f"wrote {os.path.relpath(PAGE)}")
    return 0


def _of_scanners(options: argparse.Namespace, cache: Path) -> dict[str, str]:
    tools, left_out = _tools(options.tools, cache)
    if options.sets == "public":
        return {"public": _public(tools, cache, options.sets_folder)}
    cases = catalogue()
    rows = _rows(tools, cases)
    return {
        "summary": page.summary(rows, left_out),
        "families": page.families(rows, cases, titles()),
        "shortcomings": page.shortcomings(rows[0], cases),
    }


def _differences(cache: Path, sets_folder: Path | None) -> list[str]:
    found, absent = policy.measured(cache, sets_folder)
    for name, reason in absent.items():
        _say(f"not measured: {name}: {reason}")
    return policy.differences(found, absent)


def _parser() -> argparse.ArgumentParser:
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--sets", choices=("own", "public", "policy"), default="own", help=_SETS)
    parser.add_argument("--sets-folder", type=Path, help="where these are checked out already, each as owner+name")
    parser.add_argument("--tools", default="", help="only these, separated by commas (default: all)")
    parser.add_argument(
        "--cache", type=Path, default=Path(home, "sealwright-quality"), help="where tools are installed"
    )
    parser.add_argument("--print", action="store_true", help="print the page instead of writing it")
    return parser


def _tools(wanted: str, cache: Path) -> tuple[list[Ready], list[str]]:
    """Ours first, and the others that can be run here; why the rest cannot."""
    ready, left_out = [Ready("sealwright", "", sealwright, thrifty=True)], []
    for tool in RIVALS:
        if wanted and tool.name not in wanted.split(","):
            continue
        _say(f"getting {tool.name} {tool.version}")
        try:
            program, version = tool.get(cache)
        except NotHereError as error:
            left_out.append(f"{tool.name} ({error})")
        else:
            ready.append(Ready(tool.name, version, partial(_scanned, tool, program, cache), tool.thrifty))
    return ready, left_out


def _scanned(tool: Tool, program: str, cache: Path, folder: Path) -> set[Hit]:
    return tool.run(program, folder, cache)


def _rows(tools: Sequence[Ready], cases: Sequence[Case]) -> list[page.Row]:
    sets = (
        [variant(case, 0, 0, "alphanumeric") for case in cases],
        [variant(case, 0, 0, "special") for case in cases],
        [variant(case, seed, seed) for case in cases for seed in REWRITTEN],
    )
    scores: dict[str, list[Score]] = {tool.name: [] for tool in tools}
    for variants in sets:
        with TemporaryDirectory() as folder:
            _write(variants, Path(folder))
            for tool in tools:
                _say(f"running {tool.name} over {len(variants)} variants")
                scores[tool.name].append(score(variants, tool.scan(Path(folder))))
    return [page.Row(tool.name, tool.version, *scores[tool.name]) for tool in tools]


def _write(variants: Sequence[Variant], folder: Path) -> None:
    for number, each in enumerate(variants):
        each.write(folder / f"{number:06}")


def _public(tools: Sequence[Ready], cache: Path, sets_folder: Path | None) -> str:
    with TemporaryDirectory() as folder:
        leaks, others = public.labelled(public.fetched(public.LABELLED, cache, sets_folder), Path(folder))
        rows = []
        for tool in tools:
            _say(f"running {tool.name} over {public.LABELLED.name}")
            files = {path for path, _ in tool.scan(Path(folder))}
            rows.append((f"{tool.name} {tool.version}".strip(), *(len(files & set(them)) for them in (leaks, others))))
    head = ("tool", f"leaks caught, of {len(leaks)}", f"false alarms, of {len(others)}")
    thrifty = [tool for tool in tools[1:] if tool.thrifty]
    columns = ("repository", "certain", "likely", "possible", *(tool.name for tool in thrifty))
    return "\n\n".join(
        (
            f"`k8s/` of {public.LABELLED.name} at `{public.LABELLED.commit[:12]}`:",
            page.table(head, rows),
            "Findings in public repositories, ours by confidence; of the others those that are quick enough:",
            page.table(columns, [_repository(each, thrifty, cache, sets_folder) for each in public.REPOSITORIES]),
        )
    )


def _repository(
    checkout: public.Checkout, thrifty: Sequence[Ready], cache: Path, sets_folder: Path | None
) -> Sequence[object]:
    _say(f"running over {checkout.name}")
    name = f"{checkout.name} `{checkout.commit[:8]}`"
    try:
        folder = public.fetched(checkout, cache, sets_folder)
    except NotHereError as error:
        return name, f"not measured: {error}", *("" for _ in range(2 + len(thrifty)))
    counts = Counter(confidence for _, _, confidence in own_findings(folder))
    ours = [counts[confidence] for confidence in ("certain", "likely", "possible")]
    return name, *ours, *(len(tool.scan(folder)) for tool in thrifty)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
