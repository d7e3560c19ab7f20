"""From a kubeconfig and a context to a server and what goes with each request.

A kubeconfig may name programs to run and files to send as credentials. One that lies in the repository being worked on
may do neither, nor may it put a server of its own together with credentials of another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import ConfigurationError, UsageError
from sealwright.sealing.access import Access
from sealwright.sealing.address import describe, is_loopback
from sealwright.sealing.kubeconfig.files import Entry, Kubeconfig, is_inside, load, usual_files
from sealwright.sealing.kubeconfig.trust import authorities, context_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.sealing.access import Credentials

_WEB = ("http://", "https://")
_SHOWN = 5


def chosen(path: str, context: str, *, untrusted: Sequence[str] = ()) -> tuple[str, Access]:
    """The server's address, and the access to it.

    `path` '' stands for KUBECONFIG, then `~/.kube/config`, then the service account of the pod that this runs in;
    `context` '' for the current one. `untrusted` are folders whose kubeconfigs get no programs run and no files sent.
    A plug-in that provides credentials is run here. Raises UsageError or ConfigurationError; never shows a credential.
    """
    paths = [path] if path else usual_files()
    if not paths:
        from sealwright.sealing.kubeconfig.in_cluster import service_account

        return service_account()
    return _access(load(paths), context, " and ".join(paths), untrusted)


def _access(files: Kubeconfig, wanted: str, place: str, untrusted: Sequence[str]) -> tuple[str, Access]:
    name = wanted or files.current
    if not name:
        names = ", ".join(list(files.contexts)[:_SHOWN])
        hint = f"give --context{f': {names}' if names else ''}"
        raise UsageError("the kubeconfig has no current context", place=place, hint=hint)
    context = _entry(files.contexts, name, "context", place)
    cluster = _entry(files.clusters, context.text("cluster"), "cluster", place)
    user = _entry(files.users, context.text("user"), "user", place) if context.text("user") else Entry({}, context.path)
    server = _server(cluster)
    credentials = _credentials(user, cluster, (context, cluster, user), untrusted)
    tls = context_for(authorities(cluster), credentials.certificate, credentials.key, place=user.path)
    return server, Access(credentials.token, tls, cluster.text("tls-server-name"), _proxy(cluster))


def _entry(entries: dict[str, Entry], name: str, kind: str, place: str) -> Entry:
    if name in entries:
        return entries[name]
    names = ", ".join(list(entries)[:_SHOWN])
    hint = f"there are: {names}" if names else f"it has no {kind} at all"
    raise UsageError(f"the kubeconfig has no such {kind}", place=place, hint=hint)


def _server(cluster: Entry) -> str:
    server = cluster.text("server")
    if not server.startswith(_WEB) or describe(server) == "the address" or "@" in server:
        raise ConfigurationError("the cluster's `server` is not an https address", place=cluster.path, hint="mend it")
    if server.startswith("http://") and not is_loopback(server):
        hint = "use https; plain http is for this machine only, as with `kubectl proxy`"
        raise ConfigurationError("the cluster's `server` is plain http", place=cluster.path, hint=hint)
    if cluster.values.get("insecure-skip-tls-verify") is True:
        hint = "give certificate-authority-data instead: anyone on the way could answer, and take the credentials"
        message = "it says insecure-skip-tls-verify, and TLS is always verified here"
        raise ConfigurationError(message, place=cluster.path, hint=hint)
    return server


def _proxy(cluster: Entry) -> str:
    proxy = cluster.text("proxy-url")
    if proxy and not proxy.startswith(_WEB):
        hint = "an http or https proxy works"
        raise ConfigurationError("`proxy-url` is of a kind that is not supported", place=cluster.path, hint=hint)
    return proxy


def _credentials(user: Entry, cluster: Entry, entries: tuple[Entry, ...], untrusted: Sequence[str]) -> Credentials:
    """Who we are; a stranger's file gets no more than what stands in it."""
    from sealwright.sealing.kubeconfig.credentials import credentials_of, reaches_out

    inside = [entry for entry in entries if is_inside(entry.path, untrusted)]
    if inside and user.values:
        what = reaches_out(user)
        hint = "move it out of the repository, or name another with --kubeconfig or KUBECONFIG"
        if what:
            raise UsageError(f"a kubeconfig in the repository may not name {what}", place=inside[0].path, hint=hint)
        if user not in inside:
            message = "a kubeconfig in the repository may not use the credentials of another file"
            raise UsageError(message, place=inside[0].path, hint=hint)
    return credentials_of(user, cluster, untrusted)
