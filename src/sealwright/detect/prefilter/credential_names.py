"""The byte test for credentials by name: does any name that may promise one stand before a value that may be one?

It answers without regular expressions and without parsing, since it runs over every manifest before every commit; and
it may only err towards yes. What it calls harmless, `credentials.names` and `credentials.values` call harmless too;
property tests hold the two together.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes a hook as long to load as all of its own modules
if TYPE_CHECKING:
    from collections.abc import Iterator

STEMS = (b"pass", b"secret", b"token", b"cred", b"key", b"pw", b"authorization", b"masterauth")
"""Every name that promises anything holds one of these, in lower case."""

_NAME = b"abcdefghijklmnopqrstuvwxyz0123456789_.-/ "
_AFTER_NAME = b"\\\"'`]) \t"
_QUOTES = b"\"'`\\"
# Behind a stem these make a reference, a place or a setting of the name.
_HARMLESS_TAILS = (
    *(b"name", b"names", b"ref", b"refs", b"selector", b"file", b"files", b"path", b"dir", b"store", b"class", b"type"),
    *(b"provider", b"enabled", b"template", b"templates", b"policy", b"version", b"mount", b"namespace", b"field"),
)
KEYS = (
    *(b"api", b"access", b"secret", b"private", b"encryption", b"encrypt", b"signing", b"sign", b"master", b"license"),
    *(b"licence", b"shared", b"account", b"service", b"auth", b"admin", b"client", b"session", b"cipher", b"hmac"),
    *(b"integration", b"ingest", b"write", b"read", b"root", b"deploy", b"storage", b"jwt", b"cookie", b"ssh", b"rsa"),
    *(b"data", b"application", b"app", b"host", b"sas", b"primary", b"secondary", b"webhook", b"certificate", b"user"),
)
"""Before `key`: with one of these it names a credential, otherwise an entry. `credentials.names` goes by the same."""
_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./@"
_SPECIAL_IN_QUOTES = (b"\\", b"{", b"$", b"<", b"%")
_LINE_ENDS = frozenset({b"", b"\n", b"\r"})
_EMPTY = (b'""', b"''", b"[]", b"{}")
_AFTER_EMPTY = frozenset({b"", b"\n", b"\r", b",", b"}", b" ", b"\t", b"]"})
_SWITCHES = frozenset({b"~", b"null", b"true", b"false", b"none", b"yes", b"no"})
_LONGEST_SWITCH = 8
_GIVING = (b"default", b"b64enc", b"coalesce", b"ternary", b"printf", b" or ", b"(or ")
_NAMING = (b"name", b"key", b"parameter", b"option", b"type")
_BETWEEN = b"\\\"'`:= \t"
_BETWEEN_LINES = _BETWEEN + b"\r\n|>-+"
_VALUE_KEYS = (
    b"value:",
    b'value"',
    b"value'",
    b"value =",
    b"value=",
    b"value :",
    b"default:",
    b'default"',
    b"default'",
    b"default =",
    b"values:",
)
_SIGNS = frozenset({b":", b"="})
_KINDS = frozenset({b"secret"})
_PROGRAMS = (b"ch", b"ssh", b"ht", b"ldap", b"vnc", b"smb")
"""Before `pass` or `passwd`."""
_SPECIAL = frozenset(b"!#%^&*+=?$~<>")
_LONG = 16
_NEAR = 300
_LONGEST = 120


def names_credential(data: bytes, *, random: bool = False) -> bool:
    """Whether a credential by name may stand in the text. Expects an encoding that keeps ASCII as it is.

    `random`: only values that may look made by a machine count.
    """
    return next(naming_places(data, random=random), -1) >= 0


_latest: list[tuple[bytes, tuple[int, ...]]] = [(b"", ())]
"""One text and its places, since several rules ask for those of the same."""


def all_naming_places(data: bytes) -> tuple[int, ...]:
    """`naming_places` in ascending order."""
    if _latest[0][0] != data:
        _latest[0] = data, tuple(sorted(naming_places(data)))
    return _latest[0][1]


def naming_places(data: bytes, *, random: bool = False) -> Iterator[int]:
    """Where the names of such credentials stand: the offset of each stem, in no order."""
    low = data.lower()
    exact = b"users" not in data  # what is a user's in a kubeconfig counts whatever it looks like
    for stem in STEMS:
        size = len(stem)
        offset = low.find(stem)
        while offset >= 0:
            if _may_promise(data, low, offset, offset + size, random=random, exact=exact):
                yield offset
            offset = low.find(stem, offset + size)


def _may_promise(  # noqa: PLR0913 - a text, a place in it, and what counts
    data: bytes, low: bytes, start: int, end: int, *, random: bool, exact: bool
) -> bool:
    behind = low[end : end + _LONGEST]
    rest = behind.lstrip(_NAME)
    tail = behind[: len(behind) - len(rest)].rstrip(b" ")
    if tail.endswith(_HARMLESS_TAILS):
        return False
    if low[start:end] == b"key" and not _is_credential_key(low, start):
        return False
    rest = rest.lstrip(_AFTER_NAME) if rest[:1] not in _SIGNS else rest
    if rest[:1] in _SIGNS:
        begin = end + len(behind) - len(rest)
        value = _after_sign(low[begin : begin + _NEAR])
        found = _may_be_value(value) or (tail.endswith(b"s") and _begins_list(value))
        if found and _in_action(low, start):
            found = _may_hold_literal(b"{{" + value)
        comment = found and _in_comment(low, start)
        if found and (random or comment):
            found = _may_be_random(value) and not (comment and value[:1] in _LINE_ENDS)
        word = _word(_after_sign(data[begin : begin + _NEAR])) if found and exact else b""
    else:
        if low[start:end] in _KINDS and not tail and _is_kind(low, start, rest):
            return True
        if low[start:end] == b"pass" and _is_program(low, start, tail.split(b" ", 1)[0], rest):
            return True
        beside = _value_beside(low, start, end)
        found = beside is not None or _is_option(low, start) or _is_tag(low, start, rest) or _is_directive(behind)
        rest = b":" + beside if beside is not None else rest
        tail = tail.split(b" ", 1)[0]  # behind an option stands its value
        if found and _in_comment(low, start):
            found = _may_be_random(behind[len(tail) :].lstrip(b" \t=\"'").split(b" ", 1)[0][:_LONG] or b" ")
        word = b""
    return found and _promises(data, start, end + len(tail), rest, word)


def _begins_list(value: bytes) -> bool:
    """`passwords:` and a list of scalars below."""
    lines = (line.strip() for line in value.splitlines()[1:])
    line = next((line for line in lines if line and not line.startswith(b"#")), b"")
    return line.startswith(b"- ") and b": " not in line


def _is_directive(behind: bytes) -> bool:
    """`requirepass hunter2`, `PASSWORD 'hunter2'`: one word behind the name, and nothing else on the line."""
    name, blank, following = behind.partition(b" ")
    if not blank or name.lstrip(_NAME):
        return False
    line = following.lstrip(b" ").split(b"\n", 1)[0].split(b"\\n", 1)[0]
    if line[:1] == b"'":
        return True
    word = line.rstrip(b"\r\"', ")
    return b" " not in word and any(48 <= char <= 57 or char in _SPECIAL for char in word)


def _is_kind(low: bytes, start: int, rest: bytes) -> bool:
    """`kind: secret`, which is no kind but means one."""
    before = low[max(start - 60, 0) : start].rstrip(_BETWEEN)
    return before.endswith(b"kind") and rest[:1] in {b"", b"\n", b"\r", b",", b"}", b"#"}


def _is_program(low: bytes, start: int, tail: bytes, rest: bytes) -> bool:
    """`chpasswd`, `sshpass`: programs that are given a password, not the last word of a key's line."""
    if tail not in {b"", b"wd"}:
        return False
    head = low[max(start - _LONGEST, 0) : start]
    program = next((name for name in _PROGRAMS if head.endswith(name)), None)
    if program is None:
        return False
    ends_line = rest[:1] in {b"\n", b"\r"} and rest.lstrip()[:1] != b"-"
    return not (ends_line and head[: -len(program)].rstrip(b" \t").endswith(b":"))


def _is_option(low: bytes, start: int) -> bool:
    """`--password hunter2`, `-storepass hunter2`, `ENV PASSWORD hunter2`."""
    head = low[max(start - _LONGEST, 0) : start]
    before = head.rstrip(_NAME)
    word = head[len(before) :]
    if word[:1] == b"-" and before[-1:] in {b"}", b")", b"]"}:
        return False  # `{{ .Release.Name }}-secret`
    return (b"--" in word and b"-----" not in word) or word.rpartition(b" ")[2][:1] == b"-" or b"env " in word


def _is_tag(low: bytes, start: int, rest: bytes) -> bool:
    """`<password>hunter2</password>`."""
    if rest[:1] != b">" or rest[1:2] in {b"<", b"", b"\n", b"\r"}:
        return False
    return low[max(start - _LONGEST, 0) : start].rstrip(_NAME)[-1:] == b"<"


def _is_credential_key(low: bytes, start: int) -> bool:
    before = low[max(start - 20, 0) : start].rstrip(b"_-./ ")
    return before.endswith(KEYS)


def _after_sign(rest: bytes) -> bytes:
    """What stands behind `:`, `=`, `:=` or `=>` and blanks."""
    value = rest.lstrip(b":=")
    if value[:1] == b">" and rest[:1] == b"=":
        value = value[1:]
    return value.lstrip(b" \t")


def _may_be_value(value: bytes) -> bool:
    """Whether a literal may stand at the beginning of what follows a sign."""
    if value[:1] in {b"\n", b"\r", b"#", b""}:
        return _may_be_on_next_line(value)
    if value.startswith(_EMPTY):
        return value[2:3] not in _AFTER_EMPTY
    bare = value.lstrip(_QUOTES)
    if bare.startswith((b"{{", b"${", b"$(")):
        return _may_hold_literal(bare)
    if value[:1] == b"{":
        return False
    word = bare[:_LONGEST_SWITCH].split(b"\n", 1)[0].rstrip(b"\r\"', \t}")
    return word not in _SWITCHES and not (bare[:1] == b"<" and b">" in bare[:_LONGEST].split(b"\n", 1)[0])


def _may_hold_literal(value: bytes) -> bool:
    """A substitution: with a default, with a string that holds a digit, or with text beside it."""
    line = value.split(b"\n", 1)[0]
    if line.startswith(b"{{"):
        inside, _, after = line.partition(b"}}")
        strings = inside.replace(b"'", b'"').replace(b"`", b'"').split(b'"')[1::2]
        given = any(word in inside for word in _GIVING) or inside.lstrip(b"-( ")[:1] in {b'"', b"'", b"`"}
        return (given and any(any(48 <= char <= 57 for char in string) for string in strings)) or _says(after)
    if line.startswith(b"$(") and line.rstrip(b" \t\r\"',;\\").endswith(b")"):
        return False
    closing = line.find(b"}" if line[1:2] == b"{" else b")")
    return (
        closing < 0
        or b"-" in line[:closing]
        or b"=" in line[:closing]
        or b"$" in line[2:closing]
        or _says(line[closing + 1 :])
    )


def _says(text: bytes) -> bool:
    return any(char in _NAME for char in text.split(b"#", 1)[0].replace(b" ", b""))


def _may_be_on_next_line(following: bytes) -> bool:
    """Whether a plain scalar follows on a line of its own: not where a key, an item or the end of the text does."""
    for line in following.splitlines():  # the first is the rest of the key's own line, a comment or nothing
        bare = line.strip()
        if bare and not bare.startswith(b"#"):
            return not (bare.endswith(b":") or b": " in bare or bare.startswith((b"- ", b"{{", b"---", b"{", b"[")))
    return False


def _value_beside(low: bytes, start: int, end: int) -> bytes | None:
    """What stands behind `value:` after or before `name: DB_PASSWORD`, as in env lists; None where nothing does."""
    before = low[max(start - _NEAR, 0) : start]
    if not before.rstrip(_NAME).rstrip(_BETWEEN_LINES).endswith(_NAMING):
        return None
    after = low[end : end + _NEAR].lstrip(b" \t\r\n\"'`,\\").split(b"name", 1)[0]
    if not after.startswith(b"valuefrom"):
        value = _behind_value_key(after)
        if value is not None and _may_be_value(value):
            return value
    value = _behind_value_key(_own_item(before))
    return value if value is not None and _may_be_value(value) else None


def _own_item(before: bytes) -> bytes:
    """What stands before in the same item of a list: nothing where `- name:` opens it."""
    at = before.rfind(b"- ")
    while at >= 0:
        line = before[before.rfind(b"\n", 0, at) + 1 : at]
        if not line.strip(b" \t-"):
            return before[at:]
        at = before.rfind(b"- ", 0, at)
    return before


def _behind_value_key(text: bytes) -> bytes | None:
    for form in _VALUE_KEYS:
        at = text.find(form)
        while at >= 0:
            rest = text[at + len(form) :].lstrip(b" \t")
            if form[-1:] in _SIGNS or rest[:1] in _SIGNS:  # `dict "value" .Values.x` gives none
                return _after_sign(rest)
            at = text.find(form, at + len(form))
    return None


def _in_action(low: bytes, start: int) -> bool:
    """Whether a template action, which is no comment, is open: `{{ $password := include "..." . }}`."""
    head = low[max(start - _LONGEST, 0) : start]
    opened = head.rfind(b"{{")
    return opened > head.rfind(b"}}") and opened > head.rfind(b"\n") and b"/*" not in head[opened:]


def _in_comment(low: bytes, start: int) -> bool:
    head = low[max(start - _LONGEST, 0) : start]
    return head[head.rfind(b"\n") + 1 :].lstrip(b" \t").startswith(b"#")


def _word(value: bytes) -> bytes:
    """The value where it is one word, or in quotes without anything special in them; b"" for any other."""
    line = value.split(b"\n", 1)[0].rstrip(b"\r ,")
    quote = line[:1]
    if quote in {b'"', b"'"}:
        inner = line[1:-1]
        return inner if line[-1:] == quote and not any(char in inner for char in (quote, *_SPECIAL_IN_QUOTES)) else b""
    return line if not line.translate(None, _WORD) else b""


def _promises(data: bytes, start: int, end: int, rest: bytes, word: bytes) -> bool:
    """Whether the name promises a credential, and the word, if there is one, may be it."""
    from sealwright.detect.credentials.names import Promise, promise_of

    head = data[max(start - _LONGEST, 0) : start].lower()
    begin = start - (len(head) - len(head.rstrip(_NAME)))
    begin += data[max(begin - 1, 0) : begin] == b"\\"  # the letter of `\\n` in JSON
    name = data[begin:end].decode("ascii", "replace")
    promise = max(promise_of(name), promise_of(name.removesuffix("s")))
    if promise is Promise.NOTHING or (promise is Promise.WEAK and not _may_be_random_behind(rest)):
        return False
    if not word:
        return True
    from sealwright.detect.credentials.values import judge_promised

    return judge_promised(promise, word.decode("utf-8", "replace")) is not None


def _may_be_random_behind(rest: bytes) -> bool:
    return rest[:1] not in _SIGNS or _may_be_random(_after_sign(rest))


def _may_be_random(value: bytes) -> bool:
    """Whether a value may look made by a machine: behind a name such as `token` nothing else counts."""
    if value[:1] in {b"", b"\n", b"\r", b"#", b"|", b">", b"&", b"*", b"!", b"\\"}:
        return True
    line = value.split(b"\n", 1)[0]
    return len(line) >= _LONG or any(48 <= char <= 57 or char in _SPECIAL for char in line)
