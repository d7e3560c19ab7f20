"""The top of the page: what it is about, the verdict, and the answers to the three questions that come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.report.days import long_day
from sealwright.report.html.markup import Html, joined, path, prose, tag
from sealwright.report.html.words import capital
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.finding import Problem
    from sealwright.report.html.first_step import Step

_AT_ONCE = 3
"""Problems that are seen without opening anything."""


class Mood(NamedTuple):
    """How a verdict looks: a class for its colour, and a sign for who does not see colours."""

    name: str
    sign: str


GOOD = Mood("good", "✓")
BAD = Mood("bad", "✕")
UNSURE = Mood("unsure", "!")


class Answer(NamedTuple):
    """A question, its answer in few words, what there is to say about it, and a drawing below."""

    question: str
    answer: str
    reason: str = ""
    drawing: Html = Html()
    mood: Mood | None = None
    figure: bool = False


class Verdict(NamedTuple):
    """What the whole comes to, in a sentence."""

    mood: Mood
    words: str


def top(  # noqa: PLR0913 - the first screen has so many parts
    name: str,
    about: Sequence[str],
    verdict: Verdict,
    problems: Sequence[Problem],
    answers: Sequence[Html],
    *,
    note: Html | None = None,
) -> Html:
    """The head of the page; `about` is said below its name; `note`, where there is one, in place of the problems."""
    return tag(
        "header",
        tag("p", "sealwright", class_="maker"),
        tag("h1", name or "Secrets"),
        tag("p", joined((tag("span", part) for part in about if part), " "), class_="about"),
        _verdict(verdict),
        note or notice(problems),
        tag("section", *answers, class_="answers", aria_label="At a glance"),
    )


def answer(one: Answer) -> Html:
    """A question with its answer."""
    size = "answer figure" if one.figure else "answer"
    mood = f" {one.mood.name}" if one.mood else ""
    return tag(
        "div",
        tag("h2", one.question),
        tag("p", one.answer, class_=size + mood),
        tag("p", prose(one.reason), class_="reason") if one.reason else "",
        one.drawing,
    )


def step_answer(step: Step) -> Html:
    """What to do first, with its command."""
    command = tag("pre", path(step.command), class_="command", tabindex="0") if step.command else Html()
    return answer(Answer("What should I do first?", step.what, step.why, command))


def about_tree(branch: str, commit: str, day: str, files: int, seconds: float) -> list[str]:
    """Which state of the repository this is about."""
    state = " at ".join(filter(None, (branch, commit[:8])))
    looked = f"{plural(files, 'file')} in {seconds:.1f} s" if files else ""
    return [part for part in (state, long_day(day), looked) if part]


def notice(problems: Sequence[Problem]) -> Html:
    """What could not be checked: never hidden, since it makes every other figure a lower bound."""
    if not problems:
        return Html()
    first, rest = problems[:_AT_ONCE], problems[_AT_ONCE:]
    more = tag("summary", f"{len(rest):,} more")
    return tag(
        "section",
        tag("h2", f"Not everything could be checked: {plural(len(problems), 'problem')}", id="problems-title"),
        tag("ul", *map(_problem, first)),
        tag("details", more, tag("ul", *map(_problem, rest))) if rest else "",
        id="problems",
        aria_labelledby="problems-title",
        class_="notice",
    )


def _problem(problem: Problem) -> Html:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    message = prose(f"{problem.message.rstrip('.')}.")
    hint = tag("span", " ", prose(f"{capital(problem.hint).rstrip('.')}."), class_="hint") if problem.hint else ""
    return tag("li", path(where), " ", message, hint)


def _verdict(verdict: Verdict) -> Html:
    sign = tag("span", verdict.mood.sign, class_=f"sign {verdict.mood.name}", aria_hidden="true")
    return tag("p", sign, verdict.words, class_="verdict")
