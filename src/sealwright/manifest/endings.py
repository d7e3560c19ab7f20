"""What the name of a file says of it. Imported before every commit, so it imports nothing."""

from __future__ import annotations

TEMPLATES = (
    *(".tmpl", ".tpl", ".gotmpl", ".j2", ".jinja", ".jinja2", ".erb", ".template"),
    *(".example", ".sample", ".dist"),
)
"""Endings that mark a template or a sample of something: what counts is the ending before them."""
MANIFESTS = (".yaml", ".yml", ".json")
PROSE = (".md", ".markdown", ".mdx", ".mdown", ".adoc", ".asciidoc", ".rst", ".txt", ".org", ".textile")
SHELL = (".sh", ".bash", ".zsh", ".ksh", ".bats", ".mk", ".just", ".groovy", ".ps1", ".psm1", ".cmd", ".bat", ".fish")
SHELL_NAMES = ("makefile", "gnumakefile", "dockerfile", "containerfile", "justfile", "jenkinsfile", "vagrantfile")
CODE = (
    *(".tf", ".tofu", ".hcl", ".tfvars", ".jsonnet", ".libsonnet", ".cue", ".star", ".bzl", ".bazel", ".dhall"),
    *(".kcl", ".nix"),
    *(".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".py", ".pyi", ".ipynb"),
    *(".go", ".java", ".kt", ".kts", ".scala", ".cs", ".rb", ".rs", ".php", ".swift", ".c", ".h", ".cc", ".cpp"),
    *(".lua", ".pl", ".pm", ".r", ".ex", ".exs", ".erl", ".clj", ".hs", ".ml", ".proto", ".rego", ".sql", ".gradle"),
    *(".html", ".htm", ".css", ".scss", ".less", ".svg", ".xml"),
)
CODE_NAMES = ("tiltfile", "build", "workspace")


def base_name(path: str) -> str:
    """The last part of the path in lower case, without the endings that mark a template or a sample of something."""
    name = path.rsplit("/", 1)[-1].lower()
    while name.endswith(TEMPLATES):
        name = name[: name.rindex(".")]
    return name


def is_prose(name: str) -> bool:
    """Whether a base name is documentation's."""
    return name.endswith(PROSE)


def is_shell(name: str) -> bool:
    """Whether a base name is a script's, a Makefile's or a Dockerfile's."""
    return name.endswith(SHELL) or name.split(".", maxsplit=1)[0] in SHELL_NAMES


def is_code(name: str) -> bool:
    """Whether a base name is that of source code, or of markup that is no manifest."""
    return name.endswith(CODE) or name in CODE_NAMES
