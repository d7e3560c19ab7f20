"""The workflows that `sealwright init` writes, one for each CI service. Each installs this version and asks the gate.

They need no token: what is compared with what is said by the service. Until the engine is installed, Python runs with
-I: nothing that lies in the repository may pass for a module of Python's. Longer ones are under `actions/` and
`examples/ci/`. `examples/ci/init/` has the same texts, and a test keeps them the same.
"""

from __future__ import annotations

from typing import NamedTuple

from sealwright import __version__


class Workflow(NamedTuple):
    """`title` is what people call the service, `path` where the text goes, from the root, `next_step` what is left.

    `folders` and `hosts` tell the service: paths that repositories have for it, and ends of its hosts' names.
    """

    title: str
    path: str
    text: str
    next_step: str
    folders: tuple[str, ...]
    hosts: tuple[str, ...]


_GITHUB = f"""\
# Judges what a pull request or a push brings. Make it a required check: then nothing is merged that it refuses.
name: sealwright

on:
  pull_request:
    types: [opened, synchronize, reopened, edited] # edited: its base may be another
  merge_group:
  push:
    branches: [main, master]

permissions: {{}} # the job asks for what it needs

concurrency: # a push that is judged is never cancelled: the next one is compared with it
  group: ${{{{ github.workflow }}}}-${{{{ github.event_name == 'push' && github.run_id || github.ref }}}}
  cancel-in-progress: true

jobs:
  gate:
    name: sealwright
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check the repository out
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0 # the gate compares with the commit that the branch began from
          persist-credentials: false
      - uses: actions/setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1 # v6.3.0
        with:
          python-version: "3.13"
      - run: python -I -m pip install --quiet "sealwright=={__version__}"
      - run: sealwright gate --base auto --format github
      # What one commit of the branch added and another removed stays in the history once both are merged.
      - run: sealwright scan --history auto --format github
        if: ${{{{ !cancelled() }}}}
"""

_GITLAB = f"""\
# Judges what a merge request brings. With "Pipelines must succeed" nothing is merged that it refuses.
sealwright:
  stage: test
  image: python:3.13
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0" # the gate compares with the commit that the branch began from
  script:
    # The checkout may belong to another user than the one in the image.
    - git config --global --add safe.directory "$CI_PROJECT_DIR"
    # What the repository has by this name is no report of this run, and nothing would look at it.
    - |
      rm -rf gl-code-quality-report.json
      committed=$(git ls-files -- gl-code-quality-report.json)
      if [ -n "$committed" ]; then echo "error: gl-code-quality-report.json is committed: rename it" >&2; exit 2; fi
    - python -I -m pip install --quiet --root-user-action ignore "sealwright=={__version__}"
    # What one commit of the branch added and another removed stays in the history once both are merged.
    - |
      base="${{CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}}"
      sealwright gate --base "$base" --output gitlab=gl-code-quality-report.json && gate=passed
      sealwright scan --history "$base..HEAD" && [ "${{gate:-}}" = passed ]
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""

_CODECATALYST = f"""\
# Judges the repository as a pull request leaves it; `sealwright gate --update-baseline` accepts what is there already.
# examples/ci/codecatalyst/pull-request.yaml of sealwright judges what the pull request brings, and its history.
Name: sealwright
SchemaVersion: "1.0"
RunMode: PARALLEL
Triggers:
  - Type: PULLREQUEST
    Events: [OPEN, REVISION]
Actions:
  Gate:
    Identifier: aws/managed-test@v1
    Compute:
      Type: EC2
      Fleet: Linux.x86-64.Large
    Timeout: 10
    Inputs:
      Sources: [WorkflowSource]
    Configuration:
      Container:
        Registry: CODECATALYST
        Image: CodeCatalystLinux_x86_64:2024_03
      Steps:
        # The sources may belong to another user than the one who runs this.
        - Run: git config --global --add safe.directory "$PWD"
        # What the repository has by this name is no report of this run, and nothing would look at it.
        - Run: |
            rm -rf sealwright.sarif
            committed=$(git ls-files -- sealwright.sarif) || exit 2
            if test -n "$committed"; then echo "error: sealwright.sarif is committed: rename it" >&2; exit 2; fi
        - Run: python3 -I -m venv --without-pip "$HOME/sealwright"
        - Run: python3 -I -m pip --python "$HOME/sealwright/bin/python" install --quiet "sealwright=={__version__}"
        - Run: PATH="$HOME/sealwright/bin:$PATH" sealwright gate --output sarif-github=sealwright.sarif
    Outputs:
      Reports:
        sealwright:
          Format: SARIFSA
          IncludePaths: [sealwright.sarif]
          SuccessCriteria:
            StaticAnalysisFinding:
              Severity: CRITICAL
              Number: 0
"""

_AZURE = f"""\
# Judges what a pull request brings. Make it a build validation of the branch: then nothing is merged that it refuses.
trigger: none
pr:
  branches:
    include: ["*"]

pool:
  vmImage: ubuntu-24.04

steps:
  - checkout: self
    fetchDepth: "0" # the gate compares with the commit that the branch began from
    persistCredentials: "false"
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.13"
  - bash: python -I -m pip install --quiet "sealwright=={__version__}"
    displayName: Install sealwright
  - bash: |
      set -euo pipefail
      commits=HEAD
      # For a pull request its merge is checked out, whose first parent is the target. In other runs everything counts.
      if [ "$BUILD_REASON" = PullRequest ]; then
        if [ "$(git rev-parse --verify --quiet "HEAD^2")" != "${{SYSTEM_PULLREQUEST_SOURCECOMMITID:-unknown}}" ]; then
          echo "error: this is not the merge commit of the pull request, or its parents are not here" >&2
          exit 3
        fi
        export SEALWRIGHT_BASE=HEAD^1
        commits=HEAD^1..HEAD
      fi
      # What one commit of the branch added and another removed stays in the history once both are merged.
      # An agent obeys ## in the output.
      {{
        sealwright gate && gate=passed
        sealwright scan --history "$commits" && [ "${{gate:-}}" = passed ]
      }} 2>&1 | sed 's/##*/#/g'
    displayName: May this be merged?
"""

WORKFLOWS = {
    "github": Workflow(
        "GitHub Actions",
        ".github/workflows/sealwright.yml",
        _GITHUB,
        "make the check `sealwright` a required one in the rules of your branch",
        (".github/workflows", ".github"),
        ("github.com",),
    ),
    "gitlab": Workflow(
        "GitLab CI",
        ".gitlab-ci.yml",
        _GITLAB,
        'switch "Pipelines must succeed" on in the settings for merge requests',
        (".gitlab-ci.yml",),
        ("gitlab.com",),
    ),
    "codecatalyst": Workflow(
        "Amazon CodeCatalyst",
        ".codecatalyst/workflows/sealwright.yaml",
        _CODECATALYST,
        "make the workflow an approval rule of your branch",
        (".codecatalyst",),
        ("codecatalyst.aws",),
    ),
    "azure": Workflow(
        "Azure Pipelines",
        "azure-pipelines.yml",
        _AZURE,
        "make a pipeline of the file, and the pipeline a build validation of your branch",
        ("azure-pipelines.yml",),
        ("dev.azure.com", "visualstudio.com"),
    ),
}
"""Each CI service by the name that `--ci` takes."""
