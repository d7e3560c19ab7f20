"""The options of `sealwright convert`, and which of them contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

TARGETS = ("sealed-secret", "external-secret", "secret-provider-class")
WORKLISTS = ("text", "json", "markdown")
"""What a worklist can be written as."""


def add_convert_options(parser: Parser) -> None:
    """What becomes what, where the values go, and whether anything is changed."""
    from argparse import SUPPRESS

    from sealwright.cli.options import remember, selection_options, stamp_options

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: all)")
    to = "what Secrets become (default: by the paths under `convert` in .sealwright.yaml)"
    parser.add_argument("--to", choices=TARGETS, default=None, help=to)
    store = "where values go: a store of .sealwright.yaml, or `local`"
    parser.add_argument("--store", default=None, metavar="NAME", help=store)
    cluster = "what {cluster} stands for in remote names (default: by the paths of `clusters`)"
    parser.add_argument("--cluster", default=None, metavar="NAME", help=cluster)
    parser.add_argument("-n", "--namespace", default=None, help="for Secrets that name none")
    _what_happens(parser)
    restart = "let Reloader restart the workloads that use an ExternalSecret when its values change"
    parser.add_argument("--restart-annotations", action="store_true", default=None, help=restart)
    refresh = "how often the operator looks for new values (default: 1h0m0s)"
    parser.add_argument("--refresh-interval", default=None, metavar="DURATION", help=refresh)
    _identities(parser)
    certificate = "for --to sealed-secret: a file, an https URL, or a cluster"
    parser.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    parser.add_argument("--fingerprint", default=None, help="refuse any other certificate than this (sha256:...)")
    _papers(parser)
    # For hooks: no store is asked, and a file that was mended fails the commit once.
    parser.add_argument("--offline", action="store_true", default=None, help=SUPPRESS)
    selection_options(parser)
    stamp_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default=None, help="what goes to stdout (default: text)")
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None, help="default: auto")
    remember(parser)


def _identities(parser: Parser) -> None:
    pods = "for secret-provider-class on AWS: EKS Pod Identity instead of IRSA"
    parser.add_argument("--pod-identity", action="store_true", default=None, help=pods)
    role = "for secret-provider-class with Vault: the role that pods log in with"
    parser.add_argument("--vault-role", default=None, metavar="ROLE", help=role)
    tenant = "for secret-provider-class on Azure: the directory's id"
    parser.add_argument("--azure-tenant", default=None, metavar="ID", help=tenant)
    client = "for secret-provider-class on Azure: the workload identity's client id"
    parser.add_argument("--azure-client", default=None, metavar="ID", help=client)


def _papers(parser: Parser) -> None:
    policy = "write who may read just this: the reader's policy, and beside it trust and the uploader's"
    parser.add_argument("--iam-policy", default=None, metavar="FILE", help=policy)
    account = "for --iam-policy: the account of twelve digits"
    parser.add_argument("--aws-account", default=None, metavar="ID", help=account)
    reader = "who reads (default: the operator's own; the pods' for secret-provider-class)"
    parser.add_argument("--service-account", default=None, metavar="NAMESPACE/NAME", help=reader)
    for option, words in (
        ("--oidc-provider", "the cluster's issuer, for IRSA"),
        ("--eks-cluster", "the cluster's ARN, for Pod Identity"),
        ("--gcp-member", "serviceAccount:NAME@PROJECT.iam.gserviceaccount.com"),
        ("--azure-subscription", "the subscription's id"),
        ("--azure-resource-group", "the vault's resource group"),
        ("--azure-principal", "the object id of the managed identity"),
    ):
        parser.add_argument(option, default=None, metavar="ID", help=f"for --iam-policy: {words}")
    objects = "also write the SecretStore or ClusterSecretStore that ExternalSecrets point at, without keys in it"
    parser.add_argument("--secret-store", default=None, metavar="FILE", help=objects)
    role = "for --secret-store on AWS: a role to assume"
    parser.add_argument("--aws-role", default=None, metavar="ARN", help=role)
    takeover = "also print how a running cluster takes over without an outage"
    parser.add_argument("--takeover", choices=("argo", "flux", "new-name"), default=None, help=takeover)
    report = "also write the worklist of what is to be rotated now (repeatable): text, json or markdown"
    parser.add_argument("--worklist", action="append", default=None, metavar="FORMAT=FILE", help=report)


def _what_happens(parser: Parser) -> None:
    write = "upload, read back, compare, then rewrite the files; without it, show the plan"
    parser.add_argument("--write", "--in-place", action="store_true", default=None, help=write)
    check = "change nothing; exit 1 if anything would be"
    parser.add_argument("--check", action="store_true", default=None, help=check)
    diff = "show every line that changes; values are masked"
    parser.add_argument("--diff", action="store_true", default=None, help=diff)
    build = "also build the kustomizations before and after, as --write does, and refuse what is not planned"
    parser.add_argument("--build", action="store_true", default=None, help=build)
    update = "put values from Git over others that stand in the store already"
    parser.add_argument("--update", action="store_true", default=None, help=update)
    resume = "go on with a conversion that did not end"
    parser.add_argument("--resume", action="store_true", default=None, help=resume)
    undo = "take the last conversion back: files first, then what it put into stores"
    parser.add_argument("--undo", action="store_true", default=None, help=undo)


def check_convert_options(options: argparse.Namespace) -> None:
    """Raises UsageError for what cannot be meant together."""
    doing = [name for name in ("write", "check", "resume", "undo") if getattr(options, name)]
    if len(doing) > 1:
        first, second = doing[:2]
        raise UsageError(f"--{first} and --{second} contradict each other", hint="leave one of them out")
    if options.update and not (options.write or options.resume):
        raise UsageError("--update needs --write", hint="a dry run asks no store")
    if "-" in options.paths:
        raise UsageError("convert does not read standard input", hint="name files or folders")
    if (options.resume or options.undo) and options.paths:
        hint = "leave the paths out: the journal knows them"
        raise UsageError("--resume and --undo are about the whole conversion", hint=hint)
