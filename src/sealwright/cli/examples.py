"""What stands at the end of each `--help`: a few command lines that people really type, and what each is for.

A test parses every line. This is loaded for help pages only.
"""

from __future__ import annotations

EXAMPLES = {
    "sealwright": (
        ("sealwright scan", "what is in clear in this repository?"),
        ("sealwright init", "stop the next one: hooks, configuration, a workflow for CI"),
        ("sealwright convert --diff", "what would become of the Secrets that are there"),
        ("sealwright COMMAND --help", "all options of a command, and more examples"),
    ),
    "sealwright scan": (
        ("sealwright scan", "the whole repository, as git sees it"),
        ("sealwright scan --staged", "what the next commit would hold"),
        ("sealwright scan --explain apps/db.yaml", "why each is one, and what would silence it"),
        ("sealwright scan --history main..HEAD", "every commit of a branch"),
        ("sealwright scan --update-baseline", "accept what is there today, fail for what is new"),
        ("sealwright scan --output sarif=scan.sarif", "the report for people, and one for machines"),
    ),
    "sealwright seal": (
        ("sealwright seal --certificate cluster.pem secret.yaml", "to standard output"),
        ("sealwright seal --certificate prod --in-place apps/", "every Secret below apps/, all or none"),
        ("sealwright seal --certificate prod secret.yaml -w sealed.yaml", "into a file of its own"),
        ("sealwright seal --certificate prod --into sealed.yaml --key password", "one value, from standard input"),
    ),
    "sealwright convert": (
        ("sealwright convert --to sealed-secret --certificate prod --diff", "the plan, and every line that changes"),
        ("sealwright convert --to external-secret --store aws", "the plan for a store of .sealwright.yaml"),
        ("sealwright convert --to external-secret --store aws --write apps/", "upload, read back, compare, rewrite"),
        ("sealwright convert --undo", "everything as it was before"),
    ),
    "sealwright verify": (
        ("sealwright verify", "each file for the cluster whose `paths` match it"),
        ("sealwright verify --private-key key-backup.yaml", "does every item open? if not, why?"),
        ("sealwright verify --controller prod clusters/prod", "the cluster's controller says it"),
        ("sealwright verify --require-proof", "fail where nothing proves that an item opens"),
    ),
    "sealwright gate": (
        ("sealwright gate", "everything in the repository counts"),
        ("sealwright gate --base origin/main", "only what this branch brings"),
        ("sealwright gate --pack baseline --pack pci-dss-4.0.1", "by these rules"),
        ("sealwright gate --fix", "mend what can be mended mechanically"),
        ("sealwright gate --update-baseline", "accept what is there today"),
    ),
    "sealwright inventory": (
        ("sealwright inventory", "how much is in clear, and where"),
        ("sealwright inventory --output html=inventory.html", "a page to look at, with progress over time"),
        ("sealwright inventory --format cyclonedx", "a bill of materials, for auditors and their tools"),
        ("sealwright inventory --history HEAD", "and every value that was ever in clear: what to rotate"),
    ),
    "sealwright reseal": (
        ("sealwright reseal --private-key key-backup.yaml", "what is under an old key?"),
        ("sealwright reseal --private-key key-backup.yaml --in-place", "mend it; only ciphertext changes"),
        ("sealwright reseal --controller prod --in-place", "without a key: the controller does it"),
    ),
    "sealwright open": (
        ("sealwright open --private-key key-backup.yaml apps/db.yaml", "the Secret in it"),
        ("sealwright open --private-key key-backup.yaml --key password apps/db.yaml", "one value, as it is"),
    ),
    "sealwright edit": (
        ("sealwright edit --private-key key-backup.yaml apps/db.yaml", "change values in your editor, and seal them"),
    ),
    "sealwright cluster": (
        ("sealwright cluster add prod --certificate cluster.pem", "pin what you have"),
        ("sealwright cluster add prod --controller https://sealed.example.com", "fetch it, show it, pin it"),
        ("sealwright cluster check", "expired, stale, exchanged?"),
    ),
    "sealwright cluster add": (
        (
            "sealwright cluster add prod --certificate cluster.pem --paths 'clusters/prod/**'",
            "and which files are for it",
        ),
        ("sealwright cluster add prod --controller https://sealed.example.com", "fetch it, show it, pin it"),
        ("sealwright cluster add prod --context prod-admin", "through the cluster's API"),
        ("sealwright cluster add prod --rotated", "the controller has a new key"),
    ),
    "sealwright cluster check": (
        ("sealwright cluster check", "all clusters, and their controllers"),
        ("sealwright cluster check --offline prod", "the certificate alone"),
        ("sealwright cluster check --private-key key-backup.yaml", "does the backup open what is sealed now?"),
    ),
    "sealwright store": (
        ("sealwright store list", "the stores of .sealwright.yaml"),
        ("sealwright store list aws", "the names of what is in one"),
        ("sealwright store copy aws vault", "everything into another"),
    ),
    "sealwright fleet scan": (
        ("sealwright fleet scan /srv/git", "the newest state of every repository below a folder"),
        ("sealwright fleet scan --history --all repositories.txt", "everything that was ever in those of a list"),
        ("sealwright fleet scan --scheduler tcp://dask:8786 repositories.txt", "on a Dask cluster that runs"),
        ("sealwright fleet scan --resume", "go on where a run was stopped"),
        ("sealwright fleet scan /srv/git --output html=fleet.html", "and a page to look at"),
    ),
    "sealwright fleet report": (
        ("sealwright fleet report", "what the run in fleet-run found"),
        ("sealwright fleet report --run monday --output html=fleet.html --since sunday", "a page, with the trend"),
        ("sealwright fleet report --output parquet=findings.parquet", "for who asks questions of their own"),
    ),
    "sealwright fleet diff": (
        ("sealwright fleet diff sunday monday", "exit code 1 if there is anything new"),
        ("sealwright fleet diff sunday monday --format jsonl", "for scripts, a line for each change"),
    ),
    "sealwright policy": (
        ("sealwright policy list --pack baseline", "every rule of a pack in a line"),
        ("sealwright policy show WRK001", "what it finds, why, and the fix"),
        ("sealwright policy test", "the rules on their own examples"),
    ),
    "sealwright policy list": (
        ("sealwright policy list", "every rule"),
        ("sealwright policy list --kind detect", "what a scan finds"),
        ("sealwright policy list --pack pci-dss-4.0.1", "the rules of a pack"),
    ),
    "sealwright policy show": (
        ("sealwright policy show secret-data", "a rule of the scan"),
        ("sealwright policy show ESO003", "a rule of policy"),
    ),
    "sealwright policy eval": (
        (
            "sealwright policy eval --expression 'object.kind == \"Secret\"' --object apps/db.yaml",
            "true for each Secret",
        ),
    ),
    "sealwright policy export": (
        ("sealwright policy export --pack external-secrets", "on standard output, to be reviewed"),
        ("sealwright policy export --binding deny --output-directory policies", "a file for each rule"),
    ),
    "sealwright init": (
        ("sealwright init --dry-run", "show every file, write nothing"),
        ("sealwright init", "write what is missing"),
        ("sealwright init --ci none", "the hooks and the configuration alone"),
    ),
    "sealwright doctor": (
        ("sealwright doctor", "everything that can be told without a network"),
        ("sealwright doctor --network", "ask the stores and the controllers, too"),
        ("sealwright doctor --format json", "for machines"),
    ),
    "sealwright completion": (
        ("source <(sealwright completion bash)", "for this shell"),
        (
            "sealwright completion bash > ~/.local/share/bash-completion/completions/sealwright",
            "for every shell to come",
        ),
        ("sealwright completion zsh > ~/.zfunc/_sealwright", "with ~/.zfunc in fpath, before compinit"),
        ("sealwright completion fish > ~/.config/fish/completions/sealwright.fish", "fish looks there by itself"),
    ),
}
"""By what stands after `usage:`, such as `sealwright cluster add`: a command line, and what it is for."""


def examples(name: str, width: int) -> str:
    """The last paragraph of a help page, '' where there is none: columns where they fit, else one above the other."""
    if name not in EXAMPLES:
        return ""
    longest = max(len(command) for command, _ in EXAMPLES[name])
    lines = [f"  {command:<{longest}}  {words}" for command, words in EXAMPLES[name]]
    if max(map(len, lines)) > width:
        lines = [f"  # {words}\n  {command}" for command, words in EXAMPLES[name]]
    return "examples:\n" + "".join(f"{line}\n" for line in lines)
