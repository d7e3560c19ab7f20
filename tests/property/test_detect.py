"""Laws of detection: the byte test loses nothing, and rewriting a manifest hides nothing."""

from __future__ import annotations

import base64
import gzip
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sealwright.detect.relevance import SMALL, document_may_matter
from sealwright.detect.scanner import scan_source
from sealwright.finding import Finding
from sealwright.manifest.compose import LIBYAML
from sealwright.manifest.source import decode
from sealwright.run.scan import scan_bytes

parsers = st.sampled_from([True, False] if LIBYAML else [False])
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
ends = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def spelled(draw: st.DrawFn, word: str) -> str:
    """A YAML scalar that reads as `word`."""
    style = draw(st.sampled_from(["plain", "single", "double", "binary", "folded"]))
    if style == "plain":
        return word
    if style == "single":
        return f"'{word}'"
    if style == "folded":
        return f">-\n      {word}"
    if style == "binary":
        tag = draw(st.sampled_from(["!!binary", "!<tag:yaml.org,2002:binary>", "!!bin%61ry", "!!%62inary"]))
        encoded = base64.b64encode(word.encode()).decode()
        cut = draw(st.integers(1, len(encoded) - 1))
        return f"{tag} |\n      {encoded[:cut]}\n      {encoded[cut:]}"
    forms = st.sampled_from(["{0}", "\\x{1:02x}", "\\u{1:04x}", "\\U{1:08x}", "\\\n      {0}"])
    return '"' + "".join(draw(forms).format(char, ord(char)) for char in word) + '"'


@st.composite
def leaks(draw: st.DrawFn) -> bytes:
    """A file with a Secret in clear somewhere, or the ruins of one."""
    kind = draw(spelled("Secret"))
    text = f"kind: {kind}\nstringData:\n      a: hunter2\n"
    plain = "kind: Secret\nstringData: {a: hunter2}\n"
    comment = "#" * draw(st.integers(0, 4)) + "\n"
    encoded = base64.b64encode((comment + plain).encode()).decode()
    packed = base64.b64encode(gzip.compress(plain.encode(), mtime=0)).decode()
    key = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 3
    text = draw(
        st.sampled_from(
            [
                text,
                "kind: ConfigMap\ndata:\n  f: |\n" + "".join(f"    {line}\n" for line in text.split("\n")),
                f"kind: ConfigMap\ndata: {{f: {json.dumps(text)}}}\n",
                f"kind: ConfigMap\nbinaryData: {{f: {encoded}}}\n",
                f"kind: ConfigMap\nbinaryData: {{f: {packed}}}\n",
                key,
                base64.b64encode(key.encode()).decode(),
                f"kind: X\nspec: {{a: hunter2}}\nsops: {{mac: {kind if kind.isalpha() else 'x'}}}\n",
            ]
        )
    )
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + draw(st.sampled_from(["", "\\", "\n", "!", "%", '"', "x"]))
            + text[at + draw(st.integers(0, 1)) :]
        )
    return text.replace("\n", draw(ends)).encode(draw(encodings))


names = st.sampled_from(["a.yaml", "a.json", "a.txt", "a"])


@settings(deadline=None, max_examples=300)
@given(st.one_of(leaks(), st.binary(max_size=60)), names)
def test_the_byte_test_loses_nothing(data: bytes, path: str) -> None:
    direct = scan_source(decode(path, data)).findings
    quick = [result for result in scan_bytes(path, data) if isinstance(result, Finding)]
    assert [finding._replace(status=direct[0].status, reason="") for finding in quick[: len(direct)]] == direct


@settings(deadline=None, max_examples=300)
@given(leaks(), st.sampled_from(["", "description: the Secret to use\n", "# Secret\n"]))
def test_no_document_is_passed_over_that_holds_something(data: bytes, above: str) -> None:
    source = decode("a.yaml", data)
    found = [finding for finding in scan_source(source).findings if finding.rule != "private-key"]
    padding = "#" * SMALL + "\n"
    assert not found or document_may_matter(above + source.text + padding)


# Valid keys of a Secret; the values mean nothing and are no placeholders.
keys = st.text("abcXYZ019-._", min_size=1, max_size=12)
secrets = st.dictionaries(
    keys, st.text("hunter2 :#'\"{}\u00e9\\", min_size=1).map(lambda text: f"Pw9{text}"), min_size=1, max_size=5
)


@st.composite
def written(draw: st.DrawFn, values: dict[str, str]) -> bytes:
    """The Secret with these values, written in one of many ways that mean the same."""
    entries = draw(st.permutations(sorted(values.items())))
    fields = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
    encode = draw(st.booleans())
    body = {key: base64.b64encode(value.encode()).decode() if encode else value for key, value in entries}
    whole = draw(st.permutations([*fields.items(), ("data" if encode else "stringData", body)]))
    manifest: object = dict(whole)
    if draw(st.booleans()):
        manifest = {"kind": "List", "items": [{"kind": "ConfigMap"}, manifest]}
    ascii_only = draw(st.booleans())
    if draw(st.booleans()):
        text = json.dumps(manifest, indent=draw(st.sampled_from([None, 1, 4, "\t"])), ensure_ascii=ascii_only)
    else:
        text = "\n".join(
            _lines(manifest, draw(st.integers(1, 5)), draw(st.sampled_from(["", " # comment"])), ascii_only)
        )
    text = (
        draw(st.sampled_from(["", "---\n", "# above\n", "kind: Pod\n---\n"]))
        + text
        + draw(st.sampled_from(["", "\n", "\n...\n"]))
    )
    return text.replace("\n", draw(ends)).encode(draw(encodings))


def _lines(node: object, indent: int, remark: str, ascii_only: bool) -> list[str]:
    """Block style; scalars as JSON strings, which are YAML as well."""
    lines = []
    pairs = [(f"{json.dumps(key)}:", value) for key, value in node.items()] if isinstance(node, dict) else []
    pairs = pairs or [("-", value) for value in node] if isinstance(node, list) else pairs
    for head, value in pairs:
        if isinstance(value, str):
            lines.append(f"{head} {json.dumps(value, ensure_ascii=ascii_only)}{remark}")
        else:
            lines.append(f"{head}{remark}")
            lines.extend(" " * indent + line for line in _lines(value, indent, remark, ascii_only))
    return lines


@settings(deadline=None, max_examples=200)
@given(st.data(), secrets, parsers)
def test_rewriting_hides_nothing(data: st.DataObject, values: dict[str, str], libyaml: bool) -> None:
    content = data.draw(written(values))
    findings = scan_source(decode("a.yaml", content), libyaml=libyaml).findings
    assert sorted(finding.field.partition(".")[2] for finding in findings) == sorted(values)


@settings(deadline=None, max_examples=200)
@given(st.text("kind: Secret\n\tdata{}[]\"'|>&*!%#-\\<x=", max_size=120), parsers)
def test_never_raises(text: str, libyaml: bool) -> None:
    scan_source(decode("a.yaml", f"kind: Secret\nstringData:\n {text}".encode()), libyaml=libyaml)
