"""The script for bash, from 3.2 on. It needs nothing of the package bash-completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.cli.completion.pages import Page, Value

_SCRIPT = """\
# bash completion for sealwright {version}; made by `sealwright completion bash`

_sealwright_files() {{
  local name
  compopt -o filenames 2>/dev/null
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$1")
}}

_sealwright_words() {{
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$2")
}}

# What stands behind an option: its page and its name, then what is typed of the value.
_sealwright_value() {{
  case "$1" in
{values}
    *) return 1 ;;
  esac
}}

_sealwright() {{
  local page=sealwright word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} at equals=
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$page ${{COMP_WORDS[at]}}" in
{pages}
    esac
  done
  # bash takes `=` for a word of its own: --format = json
  if [ "$word" = "=" ]; then
    word='' equals=yes
  elif [ "$before" = "=" ]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}} equals=yes
  fi
  case "$before" in
    -*) _sealwright_value "$page $before" "$word" && return ;;
  esac
  if [ -n "$equals" ]; then  # FORMAT = FILE
    _sealwright_files "$word"
    return
  fi
  case "$page" in
{places}
  esac
}}

complete -F _sealwright sealwright
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script, to be sourced."""
    deeper = [page.name for page in pages if len(page.words) > 1]
    return _SCRIPT.format(
        version=__version__,
        values="\n".join(_values(pages)),
        pages=f'      {_either(deeper)}) page="$page ${{COMP_WORDS[at]}}" ;;',
        places="\n".join(_place(page) for page in pages),
    )


def _values(pages: Sequence[Page]) -> Iterator[str]:
    """One line for all options that take the same."""
    same: dict[Value, list[str]] = {}
    for page in pages:
        for option in page.options:
            if option.value is not None:
                same.setdefault(option.value, []).extend(f"{page.name} {name}" for name in option.names)
    for value, names in same.items():
        yield f"    {_either(names)}) {_offer(value, '$2')} ;;"


def _place(page: Page) -> str:
    options = " ".join(name for option in page.options for name in option.names)
    words = " ".join(word for word, _ in page.below)
    rest = f"_sealwright_words '{words}' \"$word\"" if words else _offer(page.place, "$word") if page.place else ":"
    return (
        f"    '{page.name}')\n"
        f'      case "$word" in -*) _sealwright_words \'{options}\' "$word" ;; *) {rest} ;; esac ;;'
    )


def _offer(value: Value, typed: str) -> str:
    """Commands that offer it. An option whose value nobody can guess offers nothing."""
    words = f"_sealwright_words '{' '.join(value.words)}' \"{typed}\"" if value.words else ""
    files = f'_sealwright_files "{typed}"' if value.files else ""
    closing = "compopt -o nospace 2>/dev/null || :" if value.open_ended else ""
    return "; ".join(part for part in (words, files, closing) if part) or ":"


def _either(names: Iterable[str]) -> str:
    return "|".join(f"'{name}'" for name in names)
