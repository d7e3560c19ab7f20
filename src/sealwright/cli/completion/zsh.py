"""The script for zsh: one call of its own `_arguments` for each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.cli.completion.pages import Option, Page, Value

_SCRIPT = """\
#compdef sealwright
# zsh completion for sealwright {version}; made by `sealwright completion zsh`

# one of these words, or a file
_sealwright_either() {{
  compadd -- "$@"
  _files
}}

# FORMAT=FILE
_sealwright_output() {{
  if compset -P '*='; then _files; else compadd -S '' -- "$@"; fi
}}

_sealwright() {{
  local page=sealwright depth=1 at
  local -a below
  for (( at = 2; at < CURRENT; at++ )); do
    case "$page $words[at]" in
      ({pages}) page="$page $words[at]" depth=$at ;;
    esac
  done
  # To _arguments, a page is a command with words of its own.
  words=("${{(@)words[depth,-1]}}")
  (( CURRENT -= depth - 1 ))
  case $page in
{places}
  esac
}}

if [[ $funcstack[1] == _sealwright ]]; then
  _sealwright "$@"
else
  compdef _sealwright sealwright
fi
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script: a file `_sealwright` in a folder of `fpath`, or to be sourced after compinit."""
    deeper = "|".join(_quoted(page.name) for page in pages if len(page.words) > 1)
    return _SCRIPT.format(version=__version__, pages=deeper, places="\n".join(_page(page) for page in pages))


def _page(page: Page) -> str:
    specifications = [*(_option(option, name) for option in page.options for name in option.names), *_rest(page)]
    lines = " \\\n".join(f"        {one}" for one in ("-S", ":", *specifications))
    items = "".join(f"        {_quoted(f'{word}:{help_}')}\n" for word, help_ in page.below)
    below = f"      below=(\n{items}      )\n" if items else ""
    return f"    ({_quoted(page.name)})\n{below}      _arguments \\\n{lines} ;;"


def _option(option: Option, name: str) -> str:
    """`*` since an option may come again, `=` since its value may be glued to a long one."""
    told = f"[{_escaped(option.help)}]"
    if option.value is None:
        return _quoted(f"*{name}{told}")
    glue = "=" if name.startswith("--") else ""
    return _quoted(f"*{name}{glue}{told}:{_escaped(name.strip('-'))}:{_action(option.value)}")


def _rest(page: Page) -> Iterator[str]:
    if page.below:
        yield "':command:{ _describe command below }'"
    if page.place is not None:
        yield _quoted(f"*:{'file' if page.place.files else 'word'}:{_action(page.place)}")


def _action(value: Value) -> str:
    """What zsh does there; a space alone offers nothing, one at the beginning has nothing put behind the first word."""
    words = " ".join(value.words)
    if value.open_ended:
        return f" _sealwright_output {words}"
    if words and value.files:
        return f" _sealwright_either {words}"
    return f"({words})" if words else "_files" if value.files else " "


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
