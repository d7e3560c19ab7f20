"""Dotenv files: by their names, and as what kustomize makes a Secret of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.detect.scans import found, growth, places, scan

from sealwright.detect.dotenv_file import is_dotenv
from sealwright.detect.prefilter import may_matter
from sealwright.finding import Confidence

RULE = "dotenv-file"
ENC = "ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]"


NOT_BY_NAME = (
    *(".env.example", ".env.sample", ".env.template", ".env.dist", "a/.env.local.example", "example.env", ".env.vault"),
    *(".environment", "env", "env.yaml", ".env/a.txt", "shop.environment", ".envrc"),
)
BY_NAME = (".env", "a/b/.env", ".env.local", ".env.production.local", "shop.env", "a/.ENV", "prod.secrets.env")


@pytest.mark.parametrize(
    ("path", "expected"), [*((path, False) for path in NOT_BY_NAME), *((path, True) for path in BY_NAME)]
)
def test_names(path: str, expected: bool) -> None:
    assert is_dotenv(path) is expected
    assert (found("DB_PASSWORD=hunter2\n", path) == [(RULE, "DB_PASSWORD", 1)]) is expected


SILENT = {
    "no credentials": "HOST=db\nPORT=5432\nDEBUG=true\nPASSWORD_FILE=/run/secrets/db\nTOKEN_EXPIRY=3600\n",
    "empty": "PASSWORD=\nTOKEN=''\nAPI_KEY=\"\"\n",
    "placeholders": "PASSWORD=CHANGEME\nTOKEN=${TOKEN}\nAPI_KEY=<your key>\nDB_PASSWORD='op://vault/item/field'\n",
    "comments": "# PASSWORD=\n#\n\n   # a=b\n",
    "dotenvx": 'PASSWORD="encrypted:BGx7Vq7XRE0PFmj3NqNk"\n',
    "sops": f"PASSWORD={ENC}\nsops_mac={ENC}\nsops_age__list_0__map_recipient=age1x\nsops_version=3.8.1\n",
    "no assignment": "hunter2\nPASSWORD\n=hunter2\n",
}


@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: str) -> None:
    assert scan(content, ".env")[:2] == ([], [])


@pytest.mark.parametrize("name", [name for name in SILENT if name != "no credentials"])
def test_silent_as_a_secret(name: str) -> None:
    assert scan(SILENT[name], "a.env", purpose="env")[:2] == ([], [])


# Content, the text at each finding.
FOUND = {
    "plain": ("A=b\nPASSWORD=hunter2\n", ["hunter2"]),
    "no line end": ("PASSWORD=hunter2", ["hunter2"]),
    "export": ("export PASSWORD=hunter2\n", ["hunter2"]),
    "indented": ("  \texport   PASSWORD=hunter2\n", ["hunter2"]),
    "blanks": ("PASSWORD = hunter2  \n", ["hunter2"]),
    "a colon": ("PASSWORD: hunter2\n", ["hunter2"]),
    "double quotes": ('PASSWORD="hunter2"\n', ["hunter2"]),
    "single quotes": ("PASSWORD='hunter 2'\n", ["hunter 2"]),
    "backticks": ("PASSWORD=`hunter2`\n", ["hunter2"]),
    "a comment": ("PASSWORD=hunter2 # mine\n", ["hunter2"]),
    "a comment behind quotes": ('PASSWORD="hunter#2" # mine\n', ["hunter#2"]),
    "a sign inside": ("PASSWORD=hunter#2\n", ["hunter#2"]),
    "an escaped quote": ('PASSWORD="hun\\"ter2"\n', ['hun\\"ter2']),
    "an open quote": ('PASSWORD="hunter2\nB=c\n', ['"hunter2']),
    "a quote at the end": ("PASSWORD=hunter2'\n", ["hunter2'"]),
    "equal signs": ("PASSWORD=hun=ter2==\n", ["hun=ter2=="]),
    "lines": ('A="x\ny"\nPASSWORD="hunter\n2"\nTOKEN_PASSWORD=hunter3\n', ["hunter\n2", "hunter3"]),
    "what looks like a variable in quotes": ("A='\nPASSWORD=hunter2\n'\nPASSWORD=hunter3\n", ["hunter3"]),
    "CRLF": ("A=b\r\nPASSWORD=hunter2\r\nB=c\r\n", ["hunter2"]),
    "a byte order mark": ("\ufeffPASSWORD=hunter2\n", ["hunter2"]),
    "below others": ("# c\n\nA=b\nDB_PASSWORD=hunter2\nREDIS_PASSWORD=hunter3\n", ["hunter2", "hunter3"]),
}


@pytest.mark.parametrize(("content", "expected"), FOUND.values(), ids=FOUND)
def test_found(content: str, expected: list[str]) -> None:
    if not content.startswith("\ufeff") and "\r" not in content:
        assert places(content, ".env") == expected
    assert may_matter(content.encode(), ".env")
    result = scan(content.encode(), ".env").findings
    assert [(finding.rule, finding.confidence) for finding in result] == [(RULE, Confidence.LIKELY)] * len(expected)


def test_as_a_secret_every_value_counts() -> None:
    content = "# c\nHOST=db\nexport PORT='5432'\nA=\nB=${C}\nexport D=hunter2\n"
    assert found(content, "any.txt", purpose="env") == [(RULE, "HOST", 2), (RULE, "PORT", 3), (RULE, "D", 6)]
    assert {finding.confidence for finding in scan(content, "any.txt", purpose="env").findings} == {Confidence.CERTAIN}
    assert places(content, "any.txt", purpose="env") == ["db", "5432", "hunter2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("purpose", ["", "env"])
def test_any_encoding(encoding: str, purpose: str) -> None:
    content = "DB_PASSWORD=hunter2\r\n".encode(encoding)
    assert found(content, ".env", purpose=purpose) == [(RULE, "DB_PASSWORD", 1)]


def test_a_file_for_a_config_map_is_judged_by_names() -> None:
    content = "HOST=db\nDB_PASSWORD=hunter2\n"
    for path in (".env", "app.properties", "app"):
        assert found(content, path, purpose="config") == [("config-map", "DB_PASSWORD", 2)]
    yaml = "host: db\nauth:\n  password: 'hunter2'\n"
    assert found(yaml, "app.yaml", purpose="config") == [("config-map", "auth.password", 3)]
    assert found("password = fetch(name=user)\nother = 'hunter2'\n", "app.py", purpose="config") == []


def test_one_value_is_one_finding() -> None:
    content = "DATABASE_URL=postgres://app:Vq7XRE0PFmj3NqNk@db/app\n"
    assert found(content, "a.env", purpose="env") == [(RULE, "DATABASE_URL", 1)]


@pytest.mark.parametrize("line", ["c4nAry7vAlue9==", "c4nAry7vAlue9/x=y", "c4nAry7vAlue9@x=y"])
@pytest.mark.parametrize("purpose", ["", "env"])
def test_a_value_in_the_place_of_a_name_is_not_repeated(line: str, purpose: str) -> None:
    assert "c4nAry7vAlue9" not in repr(scan(f"{line}\n", ".env", purpose=purpose))


HOSTILE = {
    "lines": lambda size: "A=b\n" * size,
    "open quotes": lambda size: 'A="\n' * size,
    "escaped quotes": lambda size: 'A="' + '\\"' * size + "\n" + 'B="\\"\n' * size,
    "mixed quotes": lambda size: "A=\"'\nB='`\nC=`\"x\n" * size,
    "one line": lambda size: "A=" + "=' \"#" * size,
    "blanks": lambda size: "A=" + " " * size + "b" + " \t" * size + "\n" + " " * size + "A",
    "comments": lambda size: "A=b #" + " #" * size,
}


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length(shape: Callable[[int], str]) -> None:
    def work(size: int) -> Callable[[], object]:
        text = shape(size).encode()
        return lambda: scan(text, "a.env", purpose="env")

    assert growth(work, 4_000) < 9
