"""The service account of the pod that this runs in, as in a pipeline that runs on the cluster itself."""

from __future__ import annotations

import os

from sealwright.errors import UsageError
from sealwright.sealing.access import Access
from sealwright.sealing.kubeconfig.credentials import token_of
from sealwright.sealing.kubeconfig.files import read_bytes
from sealwright.sealing.kubeconfig.trust import context_for

FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


def service_account(folder: str = FOLDER) -> tuple[str, Access]:
    """The API server's address, and the access to it. Raises UsageError where this runs in no pod."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST", ""), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    token, authority = os.path.join(folder, "token"), os.path.join(folder, "ca.crt")
    if not host or not os.path.exists(token):
        hint = "give --kubeconfig FILE, set KUBECONFIG, or give the controller's address"
        raise UsageError("there is no kubeconfig", hint=hint)
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    tls = context_for(read_bytes(authority, "the authority").decode("latin-1"), b"", None, place=authority)
    return server, Access(token_of(read_bytes(token, "the token"), token), tls)
