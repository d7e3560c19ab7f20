"""GitHub annotations: what must be escaped, and how many there are."""

from __future__ import annotations

from sealwright.finding import Confidence, Finding, Location, Position, ResourceRef, Severity, Status
from sealwright.policy.packs.load import load_packs
from sealwright.report.base import Style, Summary
from sealwright.report.github import LIMIT, GithubReporter


def finding(path: str = "a.yaml", line: int = 1, end: int = 1, severity: Severity = Severity.HIGH) -> Finding:
    where = Location(path, Position(line, 2), Position(end, 9))
    return Finding("a-rule", severity, Confidence.CERTAIN, where, "50% of\nit: all, done")


def report(*findings: Finding) -> list[str]:
    reporter = GithubReporter(Style())
    assert [reporter.write(one) for one in findings] == [""] * len(findings)
    return reporter.finish(Summary()).splitlines()


def test_escaping() -> None:
    (line,) = report(finding("a,b:c\n%.yaml"))
    assert line == (
        "::error file=a%2Cb%3Ac%0A%25.yaml,line=1,endLine=1,col=2,endColumn=9,title=sealwright a-rule"
        "::50%25 of%0Ait: all, done"
    )


def test_a_path_has_nothing_that_a_terminal_acts_on() -> None:
    (line,) = report(finding("d\x1b[31m\u202e.yaml"))
    assert line.startswith("::error file=d\ufffd[31m\ufffd.yaml,line=1")


def test_several_lines_have_no_columns() -> None:
    (line,) = report(finding(end=4))
    assert "line=1,endLine=4,title" in line


def test_ten_at_most_the_worst_first_and_the_rest_counted() -> None:
    many = [finding(line=number, severity=Severity.MEDIUM) for number in range(1, 15)]
    lines = report(*many, finding("z.yaml", severity=Severity.CRITICAL))
    assert len(lines) == LIMIT + 1
    assert lines[0].startswith("::error file=z.yaml")
    assert all(line.startswith("::warning ") for line in lines[1:-1])
    assert lines[-1].startswith("::notice title=sealwright::5 more: ")


def test_nothing_for_what_is_allowed_or_only_a_remark() -> None:
    assert report(finding()._replace(status=Status.WAIVED), finding(severity=Severity.INFO)) == []


def test_nothing_that_a_terminal_acts_on_is_written() -> None:
    (line,) = report(finding()._replace(message="a\x1b[31m\nb\u202e"))
    assert line.endswith(r"::a\x1b[31m%0Ab\u202e")


def test_the_rest_is_shown_by_the_command_that_ran() -> None:
    for summary in (Summary(), Summary(gating=True), Summary(verifying=True)):
        reporter = GithubReporter(Style())
        assert not any(reporter.write(finding(line=number)) for number in range(1, 15))
        assert f"run `sealwright {summary.command}`" in reporter.finish(summary)


def test_what_fails_the_run_is_not_hidden_behind_what_does_not() -> None:
    reporter = GithubReporter(Style(blocks=lambda result: result.location.path == "fails.yaml"))
    for number in range(1, 15):
        reporter.write(finding("possible.yaml", number, number, Severity.CRITICAL))
    reporter.write(finding("fails.yaml", severity=Severity.LOW))
    assert reporter.finish(Summary()).startswith("::warning file=fails.yaml,")


def test_a_rule_of_policy_says_what_it_is_about() -> None:
    reporter = GithubReporter(Style(rules=load_packs(["baseline"], root=".").rules))
    about = ResourceRef("apps/v1", "Deployment", "shop", "web")
    reporter.write(finding()._replace(rule="WRK004", resource=about, message="it is mounted"))
    assert "::Deployment shop/web: it is mounted\n" in reporter.finish(Summary())
