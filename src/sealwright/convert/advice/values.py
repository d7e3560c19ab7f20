"""One value: white space that somebody's editor or `echo` added, encodings, words that stand for a value to come.

What is a file rather than a word (several lines, PEM, JSON, `config.ini`) ends with a line break as files do.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from sealwright.convert.advice.base64_text import reads_as_base64
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.advice import Advice, Judges, Subject

_MARKS = {codecs.BOM_UTF8: "UTF-8", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_BLANKS = " \t\u00a0\u3000"
_WORD_LIMIT = 4096
"""Characters that one password, token or name has at most."""

# Keys that are names of files, and those under which a program expects a file of one line.
_FILE_KEY = Pattern(
    r".*\.[A-Za-z][A-Za-z0-9_-]{1,15}\Z|(?i:.*(?:htpasswd|known_hosts|authorized_keys|config|file|users))\Z"
)
_FILE_KEYS = frozenset({"auth", "passwd", ".netrc", ".npmrc", ".pgpass", ".pypirc", ".htpasswd", ".my.cnf"})
# JSON, XML, an INI section, a key in one of the formats of SSH, `user:hash` of htpasswd, `NAME=value`, a comment.
_FILE_TEXT = Pattern(
    r"[{\[<#]|(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+ |AGE-SECRET-KEY-|[\w.@-]+:\$[0-9a-z]+\$|[A-Za-z_][A-Za-z0-9_]*=\S"
)


def value_advice(subject: Subject, key: str, value: bytes, judges: Judges) -> Iterator[Advice]:
    """Whatever is odd about the bytes of one value."""
    mark = next((mark for mark in _MARKS if value.startswith(mark)), b"")
    if mark and _is_text(value, mark):
        hint = "save it without one: most programs take the mark for a part of the value"
        yield subject.advice("byte-order-mark", key, f"`{key}` begins with a byte order mark ({_MARKS[mark]})", hint)
        return
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return
    yield from _white_space(subject, key, text, judges)
    yield from _words(subject, key, text.strip(), judges)


def _is_text(value: bytes, mark: bytes) -> bool:
    try:
        text = value.decode("utf-8-sig" if mark == codecs.BOM_UTF8 else "utf-16")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)


def _white_space(subject: Subject, key: str, text: str, judges: Judges) -> Iterator[Advice]:
    word = text.strip(_BLANKS + "\r\n")
    if not word:
        if text:
            yield subject.advice("only-space", key, f"`{key}` is nothing but white space", "give it a value, or none")
        return
    if "\n" in word:
        if "\r\n" in word and "-----BEGIN " not in word:
            hint = "convert it (`dos2unix`): shells and many parsers take the carriage return for a part of the line"
            yield subject.advice("windows-line-ends", key, f"the lines of `{key}` end as on Windows (CRLF)", hint)
        return
    if text.endswith(("\n", "\r")) and not _is_file(key, word, judges):
        hint = _without_newline(subject, key)
        yield subject.advice("final-newline", key, f"`{key}` ends with a line break, which is sealed with it", hint)
    if text.rstrip("\r\n")[-1] in _BLANKS:
        where = "begins and ends" if text[0] in _BLANKS else "ends"
    elif text[0] in _BLANKS:
        where = "begins"
    else:
        return
    hint = "take the space away, unless it belongs to the value"
    yield subject.advice("outer-space", key, f"`{key}` {where} with a space, which is sealed with it", hint)


def _is_file(key: str, word: str, judges: Judges) -> bool:
    """Whether a single line is most probably all of a file, which ends with a line break as files do."""
    if len(word) > _WORD_LIMIT or key in _FILE_KEYS or _FILE_KEY.match(key) or _FILE_TEXT.match(word):
        return True
    return any(blank in word for blank in _BLANKS) and not judges.is_credential(key)


def _without_newline(subject: Subject, key: str) -> str:
    if key in subject.encoded:
        return 'encode it without one: `printf %s "$VALUE" | base64`, not `echo`'
    if key not in subject.places:
        return 'give it without one: `printf %s "$VALUE"`, not `echo`'
    return "write it in one line, or with `|-` in place of `|`"


def _words(subject: Subject, key: str, word: str, judges: Judges) -> Iterator[Advice]:
    if not word or "\n" in word or len(word) > _WORD_LIMIT:
        return
    if judges.is_placeholder(key, word):
        yield subject.advice("placeholder", key, f"`{key}` is a placeholder, not a value", "put the real value there")
    elif reads_as_base64(key, word):
        if key in subject.encoded:
            message = f"`{key}` is base64 inside base64: programs will get base64 text"
            hint = "encode it once only, or put the plain value under `stringData`"
        else:
            message = f"`{key}` is base64, which is taken as it is written: programs will get base64 text"
            hint = "put it under `data`, or write the plain value"
        yield subject.advice("double-base64", key, message, f"{hint}; all is well if the program decodes it itself")
