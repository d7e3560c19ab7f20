"""Where programs take a credential on their command line under a name that does not say so: `mysql -p`, `curl -u`.

Options that name what they take (`--password`, `--docker-password`) need no table. Sources: the programs' manuals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.detect.credentials.shell_words import Word

_WRAPPERS = frozenset(
    {"sudo", "exec", "env", "time", "nohup", "command", "then", "do", "else", "if", "while", "until", "!", "run", "$"}
    | {"cmd", "entrypoint", "-", "%", ">", "nice", "doas", "xargs", "eval", "builtin", "healthcheck", "#"}
)
_ATTACHED = {
    "-p": frozenset(
        {"mysql", "mysqldump", "mysqladmin", "mysqlcheck", "mysqlimport", "mysqlsh", "mysqlslap", "mysqlshow"}
        | {"mariadb", "mariadb-dump", "mariadb-admin", "mariadb-check", "sshpass", "7z", "7za"}
    ),
}
_LOGIN = frozenset(
    {"docker", "podman", "nerdctl", "buildah", "skopeo", "crane", "oras", "helm", "oc", "az", "ibmcloud", "cf"}
)
_SEPARATE = {
    "-p": frozenset({"mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "sshpass"})
    | {"rabbitmqadmin", "influx"},
    "-a": frozenset({"redis-cli", "valkey-cli", "keydb-cli"}),
    "-w": frozenset({"ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldappasswd", "ldapmodrdn"}),
    "-P": frozenset({"zip", "unzip", "sqlcmd"}),
    "-N": frozenset({"ssh-keygen"}),
    "-u": frozenset({"curl"}),
    "-U": frozenset({"curl", "smbclient", "rpcclient"}),
    "--user": frozenset({"curl"}),
    "--proxy-user": frozenset({"curl"}),
}
_BATCH = frozenset(
    {"-b", "-nb", "-bn", "-cb", "-bc", "-nbB", "-bnB", "-Bbn", "-Bnb", "-nBb", "-bB", "-Bb", "-cbB", "-bBc", "-nbBC"}
)
_LAST = {
    "htpasswd": (_BATCH, 2, 9),
    "rabbitmqctl": (frozenset({"add_user", "change_password"}), 2, 2),
    "mc": (frozenset({"set", "add"}), 4, 6),
    "aws": (frozenset({"aws_secret_access_key", "aws_session_token"}), 1, 1),
    "vault": (frozenset({"login", "unseal"}), 1, 1),
}
"""Programs whose last word is a credential where one of these stands before it, by so many words."""
_USER_AND_PASSWORD = frozenset({"curl", "smbclient", "rpcclient"})


class Taken(NamedTuple):
    """A credential by its place: the word, and where in its text the value begins."""

    word: Word
    begin: int
    name: str


def program(words: Sequence[Word]) -> int:
    """The index of the word that names the program; behind the last word where there is none."""
    for index, word in enumerate(words):
        plain = word.plain
        if plain.lower() in _WRAPPERS or "=" in plain or (index == 0 and not plain.lstrip("@-+")):
            continue
        return index
    return len(words)


def program_name(words: Sequence[Word]) -> str:
    """The name of the program that a command starts, without folders and Make's prefixes."""
    index = program(words)
    if index >= len(words):
        return ""
    name = words[index].plain.lstrip("@-+").rsplit("/", 1)[-1].lower()
    return name.removesuffix(".exe")


def taken_by_place(words: Sequence[Word]) -> list[Taken]:
    """The words that the command's program takes for a credential though no name says so."""
    name = program_name(words)
    if not name:
        return []
    found: list[Taken] = []
    following = words[program(words) + 1 :]
    login = name in _LOGIN and any(word.text == "login" for word in following)
    for word, after in zip(following, [*following[1:], None], strict=False):
        flag = word.text
        if name == "sshpass" and not flag.startswith("-"):
            break  # the command that it runs
        if after is not None and (name in _SEPARATE.get(flag, ()) or (login and flag == "-p")):
            found += _value(after, 0, name, flag)
        elif name in _ATTACHED["-p"] and flag.startswith("-p") and len(flag) > 2:
            found += _value(word, 2, name, flag[:2])
        elif name == "openssl" and after is not None and flag in {"-pass", "-passin", "-passout"}:
            if after.plain.startswith("pass:"):
                found.append(Taken(after, after.text.index(":") + 1, flag))
        elif name in _USER_AND_PASSWORD and flag.startswith("-u") and len(flag) > 2:
            found += _value(word, 2, name, "-u")
    if name in _LAST:
        keys, least, most = _LAST[name]
        places = [index for index, word in enumerate(following) if word.plain in keys]
        if places and least <= len(following) - 1 - places[0] <= most:
            found += _value(following[-1], 0, name, "")
    return found


def _value(word: Word, begin: int, name: str, flag: str) -> list[Taken]:
    """The value, or what follows the user's name in it."""
    if word.text[begin:].startswith("-"):
        return []
    if name in _USER_AND_PASSWORD and flag != "-p":
        sign = "%" if name in {"smbclient", "rpcclient"} else ":"
        place = word.text.find(sign, begin)
        return [Taken(word, place + 1, f"{name} {flag}")] if place > 0 else []
    return [Taken(word, begin, f"{name} {flag}".strip())]
