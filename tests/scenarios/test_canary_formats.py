"""The law in every format there is: no value, however coded, in any report of any command. Lists come from the code."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from scenarios.test_canary import BASE64, CANARY, CORE, FORMS, HEADER, places
from support import Repository, run_program
from unit.detect.test_registry import DETECTORS, example, path_of

from sealwright.report.inventories import INVENTORY_FORMATS
from sealwright.report.registry import FORMATS
from sealwright.sealing.keys import generate_keypair

EVIDENCE = {"in-toto", "oscal"}
"""Of one tree: a range of commits is refused."""
COMMANDS = {
    "scan": FORMATS,
    "scan --history HEAD": [name for name in FORMATS if name not in EVIDENCE],
    "gate": FORMATS,
    "gate --explain --pack nist-800-53r5": FORMATS,
    "verify --private-key ../key --require-proof": FORMATS,
    "inventory": INVENTORY_FORMATS,
    "inventory --history HEAD --points 2": INVENTORY_FORMATS,
}

OTHER = "krokodil97"
OTHER_BASE64 = base64.b64encode(OTHER.encode()).decode()


def coded(value: str) -> Iterator[str]:
    """A value as reports could carry it: as it is, in base64 once and twice, in hex, in URLs, in HTML, XML and JSON."""
    yield from (value, quote(value), quote(value, safe=""), html.escape(value), json.dumps(value)[1:-1])
    yield value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield "".join(f"&#{ord(character)};" for character in value)
    yield value.encode().hex()
    once = base64.b64encode(value.encode())
    yield once.decode()
    yield base64.b64encode(once).decode()


def more_places() -> Iterator[tuple[str, str]]:
    """What is coded twice, and the bad example of every rule: each family has a file, whatever families there are."""
    twice = base64.b64encode(BASE64.encode()).decode()
    yield "twice.yaml", f"{HEADER}}}\ndata:\n  a: {twice}\n"
    yield "twice-in-text.yaml", f'{HEADER}}}\nstringData: {{url: "https://u:{CORE}@x.org/?p={BASE64}"}}\n'
    # What a key is called by the people who chose it, and a value that looks like a name.
    keys = ("name", "kind", "type", "region", "path", "server", "namespace", "image", "pin-digits", "secretName")
    word = base64.b64encode(CORE.encode() + b"!!").decode()
    yield "named.yaml", f"{HEADER}}}\nstringData:\n" + "".join(f"  {key}: {CORE}\n" for key in keys)
    yield "named-coded.yaml", f"{HEADER}}}\ndata:\n" + "".join(f"  {key}: {word}\n" for key in keys)
    yield "named-flow.yaml", f"{HEADER}}}\nstringData: {{{', '.join(f'{key}: {CORE}' for key in keys)}}}\n"
    yield (
        "named-sealed.yaml",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: n}\nspec:\n  encryptedData:\n"
        + "".join(f"    {key}: {CORE}\n" for key in keys),
    )
    for detector in DETECTORS:
        # What the examples hold stands on the rules' pages as well, which some formats quote.
        text = example(detector, "Bad").replace("hunter2", OTHER).replace("aHVudGVyMg==", OTHER_BASE64)
        yield f"families/{detector.RULE}/{path_of(detector)}", text


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository.init(tmp_path_factory.mktemp("formats") / "repository")
    for name, content in (*places(), *more_places()):
        repository.write(name, content)
    key, _ = generate_keypair(bits=2048)
    (repository.path.parent / "key").write_bytes(key)
    repository.commit()
    return repository


def values(repository: Repository) -> set[str]:
    """What findings in the families' files point at, from the files themselves."""
    report = json.loads(run_program("sealwright", "scan", "--format", "json", "families", cwd=repository.path).stdout)
    assert {entry["rule"] for entry in report["findings"]} >= {detector.RULE for detector in DETECTORS}
    found: set[str] = set()
    for entry in report["findings"]:
        lines = (repository.path / entry["path"]).read_text(encoding="utf-8").split("\n")
        start, end = entry["start"], entry["end"]
        chosen = lines[start["line"] - 1 : end["line"]]
        chosen[-1] = chosen[-1][: end["column"] - 1]
        chosen[0] = chosen[0][start["column"] - 1 :]
        found.update(text.strip(" \t'\",") for text in chosen)
    return {text for text in found if len(text) >= 6}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_format_shows_a_value(repository: Repository, command: str, tmp_path: Path) -> None:
    outputs = [f"--output={name}={(tmp_path / name).as_posix()}" for name in COMMANDS[command]]
    result = run_program("sealwright", *command.split(), *outputs, cwd=repository.path)
    assert result.returncode in {0, 1, 3}, result.stderr
    assert b"a bug in sealwright" not in result.stderr
    reports = {name: (tmp_path / name).read_bytes() for name in COMMANDS[command]} | {"stdout": result.stdout}
    forms = [*FORMS, *(form.encode() for text in (CANARY, BASE64, CORE) for form in coded(text))]
    forms += [form.encode() for text in values(repository) for form in coded(text)]
    for name, report in reports.items():
        assert {form for form in forms if form in report} == set(), name
    # Silence would be no proof: what tells of more than ten findings names the file of one, and a statement the rules.
    for name in set(reports) - {"github", "cyclonedx"}:
        told = [b"sealed.yaml", b"data.yaml", *([b'"secret-data"', b"does-not-open"] if name == "in-toto" else [])]
        assert any(text in reports[name] for text in told), name
    assert all(reports.values())
