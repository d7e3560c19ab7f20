"""Credentials in the command lines of containers."""

from __future__ import annotations

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.finding import Confidence

RULE = "container-arguments"
RANDOM = "kT9DofMuI#89ViAtE"


def pod(words: str, key: str = "args") -> str:
    return f"kind: Pod\nspec:\n  containers:\n    - name: a\n      {key}: {words}\n"


SILENT = {
    "variables": '["--password=$(PW)", "--token", "$(TOKEN)", "--secret=${S}", "--password", "$PW"]',
    "files": '["--password-file=/run/pw", "--tls-private-key-file", "/run/key", "--token-ttl=10m"]',
    "switches": '["--use-password", "--no-password", "--enable-password=true", "--password"]',
    "placeholders": '["--password=CHANGEME", "--password", "<password>"]',
    "data source": '["--dsn=$(U):$(P)@tcp($(H):3306)/$(D)?charset=utf8mb4"]',
    "base64 of nothing": f'["sh", "-c", "echo {b64("just some words here")} | base64 -d"]',
    "a script that reads": '["sh", "-c", "export PASSWORD=$(cat /run/pw); a --password \\"$PASSWORD\\""]',
}
FOUND = {
    "option": ('["--redis.password=hunter2"]', "hunter2", 5),
    "two words": ('["--level", "info", "--password", "hunter2"]', '"hunter2"', 5),
    "two words, plain": ("[--password, hunter2]", "hunter2", 5),
    "one below the other": ("\n        - --password\n        - 'hunter 2'", "'hunter 2'", 7),
    "assignment": ('["env", "DB_PASSWORD=hunter2", "a"]', "hunter2", 5),
    "program": ('["redis-cli", "-a", "hunter2", "ping"]', '"hunter2"', 5),
    "script": ('["sh", "-c", "PGPASSWORD=hunter2 psql"]', "hunter2", 5),
    "script in a block": ("\n        - |\n          set -e\n          mysql -u root -phunter2\n", "hunter2", 8),
    "base64": (f'["sh", "-c", "echo {b64(RANDOM)} | base64 -d > a"]', b64(RANDOM), 5),
    "configuration": (f"\n        - |\n          a:\n            password: {RANDOM}\n", RANDOM, 8),
    "escaped": (f'["sh", "-c", "a --password \\"{RANDOM}\\""]', f'"a --password \\"{RANDOM}\\""', 5),
}


@pytest.mark.parametrize("words", SILENT.values(), ids=SILENT)
def test_command_lines_without_credentials(words: str) -> None:
    assert found(pod(words)) == []


@pytest.mark.parametrize("libyaml", PARSERS)
@pytest.mark.parametrize(("words", "value", "line"), FOUND.values(), ids=FOUND)
def test_command_lines_with_credentials(words: str, value: str, line: int, libyaml: bool) -> None:
    text = pod(words)
    assert [(rule, at) for rule, _, at in found(text, libyaml=libyaml)] == [(RULE, line)]
    assert [place.strip("\"'") for place in places(text, libyaml=libyaml)] == [value.strip("\"'")]


def test_commands_of_other_kinds() -> None:
    text = 'kind: KubeadmConfig\nspec:\n  preKubeadmCommands:\n    - echo "root:hunter2" | chpasswd\n'
    assert found(text) == [(RULE, "spec.preKubeadmCommands[0]:chpasswd", 4)]


def test_a_here_document_in_a_script() -> None:
    script = "cat <<EOF | kubectl apply -f -\nkind: Secret\nstringData:\n  a: $a\n  b: hunter2\nEOF\n".replace(
        "\n", "\n          "
    )
    [finding] = scan(pod(f"\n        - |\n          {script}\n")).findings
    assert (finding.rule, finding.field, finding.location.start.line) == (
        "embedded-manifest",
        "spec.containers[0].args[0]:stringData.b",
        11,
    )


def test_words_are_only_possible() -> None:
    assert [finding.confidence for finding in scan(pod("[--password, Milvus]")).findings] == [Confidence.POSSIBLE]
