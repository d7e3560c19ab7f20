"""The script for fish: a rule for each option of each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.cli.completion.pages import Option, Page, Value

_SCRIPT = """\
# fish completion for sealwright {version}; made by `sealwright completion fish`

function __sealwright_page --description 'the command of sealwright that is being typed'
    set -l page sealwright
    for word in (commandline -opc)[2..-1]
        switch "$page $word"
            case {pages}
                set page "$page $word"
        end
    end
    test "$page" = "$argv"
end

complete -c sealwright -f
{rules}
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script, for fish's folder of completions."""
    deeper = " ".join(_quoted(page.name) for page in pages if len(page.words) > 1)
    rules = "\n".join(rule for page in pages for rule in _rules(page))
    return _SCRIPT.format(version=__version__, pages=deeper, rules=rules)


def _rules(page: Page) -> Iterator[str]:
    start = f"complete -c sealwright -n {_quoted(f'__sealwright_page {page.name}')}"
    for word, help_ in page.below:
        yield f"{start} -a {word} -d {_quoted(help_)}"
    for option in page.options:
        yield f"{start} {_names(option)}{_value(option.value)} -d {_quoted(option.help)}"
    if page.place is not None:
        if page.place.words:
            yield f"{start} -a {_quoted(' '.join(page.place.words))}"
        if page.place.files:
            yield f"{start} -F"


def _names(option: Option) -> str:
    return " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)


def _value(value: Value | None) -> str:
    """-r: a value follows; -f: no file; -F: a file, whatever is said above."""
    if value is None:
        return ""
    words = f" -a {_quoted(' '.join(value.words))}" if value.words else ""
    return f" -r {'-F' if value.files or value.open_ended else '-f'}{words}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
