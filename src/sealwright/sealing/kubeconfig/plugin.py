"""Credentials from a program that a kubeconfig names (client-go credential plug-ins).

Source: Kubernetes documentation, client authentication API v1 and v1beta1. The program is the user's own: whoever calls
this has made sure that the kubeconfig is. It runs without a terminal, for a limited time, in the kubeconfig's folder
and not in the repository, where tools look for settings; what it prints is read by nobody but this module.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from sealwright.errors import ConfigurationError
from sealwright.plaintext import Plaintext
from sealwright.sealing.access import Credentials
from sealwright.sealing.kubeconfig.credentials import token_of
from sealwright.sealing.kubeconfig.files import Entry, is_inside

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_CONFIG = "client.authentication.k8s.io/exec"
_MAX_BYTES = 1024 * 1024
SECONDS = 60.0
"""For how long a plug-in may run; some wait for a person in a browser."""


def credentials_by_plugin(user: Entry, cluster: Entry, untrusted: Sequence[str]) -> Credentials:
    """Run the plug-in of a user entry. Raises ConfigurationError for every failure, without a word of its output."""
    plugin = user.values["exec"]
    spec = Entry(plugin if isinstance(plugin, dict) else {}, user.path)
    version, command = spec.text("apiVersion"), spec.text("command")
    if version not in _VERSIONS:
        hint = "v1 and v1beta1 are known; update the plug-in, and make the kubeconfig again"
        raise ConfigurationError("the plug-in's apiVersion is not supported", place=user.path, hint=hint)
    if spec.text("interactiveMode") == "Always":
        hint = "use another user, or a token"
        raise ConfigurationError("the plug-in wants a terminal, which it does not get here", place=user.path, hint=hint)
    program = _program(command, spec.folder, untrusted)
    if not program:
        message = f"the plug-in {_name(command)} is not there, or only inside the repository"
        raise ConfigurationError(message, place=user.path, hint="install it, as for kubectl")
    arguments = [text for text in spec.values.get("args") or [] if isinstance(text, str)]
    environment = {**os.environ, **_environment(spec), "KUBERNETES_EXEC_INFO": _info(version, spec, cluster)}
    output, code = _run([program, *arguments], environment, spec.folder)
    if code != 0:
        what = f"failed with exit code {code}" if code is not None else f"took longer than {SECONDS:g} s"
        what = "prints more than 1 MiB" if len(output) > _MAX_BYTES else what
        hint = "run it by hand, or any kubectl command, to see what it says; it may want you to log in"
        raise ConfigurationError(f"the plug-in {_name(command)} {what}", place=user.path, hint=hint)
    return _read(output, version, _name(command), user.path)


def _run(command: list[str], environment: dict[str, str], folder: str) -> tuple[bytes, int | None]:
    """Output and exit code; None for one that was stopped because it took too long or said too much."""
    import threading

    stopped = threading.Event()
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
    except OSError:
        return b"", 126
    timer = threading.Timer(SECONDS, _stop, (process, stopped))
    timer.start()
    try:
        with process:
            output = process.stdout.read(_MAX_BYTES + 1) if process.stdout else b""
            if len(output) > _MAX_BYTES:
                _stop(process, stopped)
    except BaseException:
        _stop(process, stopped)
        raise
    finally:
        timer.cancel()
    return output, None if stopped.is_set() else process.returncode


def _stop(process: subprocess.Popen[bytes], stopped: threading.Event) -> None:
    """End the plug-in and whatever it started: what it started may hold its output open."""
    stopped.set()
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass


def _program(command: str, folder: str, untrusted: Sequence[str]) -> str:
    """The file to run; '' where there is none. What lies in the repository is passed over, wherever PATH leads."""
    if os.path.dirname(command):
        places = [os.path.join(folder, command)]
    else:
        folders = [path for path in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(path)]
        endings = ["", *os.environ.get("PATHEXT", "").split(os.pathsep)] if sys.platform == "win32" else [""]
        places = [os.path.join(path, command + ending) for path in folders for ending in endings] if command else []
    found = (path for path in places if os.path.isfile(path) and os.access(path, os.X_OK))
    return next((path for path in found if not is_inside(path, untrusted)), "")


def _name(command: str) -> str:
    return f"`{os.path.basename(command)[:80]}`"


def _environment(spec: Entry) -> dict[str, str]:
    """What the kubeconfig adds to the plug-in's environment."""
    pairs = spec.values.get("env") or []
    found = {pair.get("name"): pair.get("value", "") for pair in pairs if isinstance(pair, dict)}
    return {name: value for name, value in found.items() if isinstance(name, str) and isinstance(value, str)}


def _info(version: str, spec: Entry, cluster: Entry) -> str:
    """What a plug-in is told: that nobody sits there, and the cluster where it wants to know."""
    told: dict[str, Any] = {"interactive": False}
    if spec.values.get("provideClusterInfo") is True:
        names = ("server", "tls-server-name", "certificate-authority-data", "proxy-url")
        told["cluster"] = {name: cluster.text(name) for name in names if cluster.text(name)}
        for extension in cluster.values.get("extensions") or []:
            if isinstance(extension, dict) and extension.get("name") == _CONFIG:
                told["cluster"]["config"] = extension.get("extension")
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "spec": told})


def _read(output: bytes, version: str, name: str, place: str) -> Credentials:
    """The credentials of a plug-in's output."""
    try:
        document = json.loads(output)
        status = document["status"]
        fits = document["apiVersion"] == version and document["kind"] == "ExecCredential"
        values = [status.get(key) or "" for key in ("token", "clientCertificateData", "clientKeyData")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fits, values = False, []
    if not fits or not all(isinstance(value, str) for value in values):
        message = f"what the plug-in {name} prints is not an ExecCredential of the version that was asked for"
        raise ConfigurationError(message, place=place, hint="update the plug-in, and make the kubeconfig again")
    token, certificate, key = (value.encode("utf-8", "replace") for value in values)
    if bool(certificate) != bool(key) or not (token or certificate):
        hint = "run it by hand, or any kubectl command; it may want you to log in"
        raise ConfigurationError(f"the plug-in {name} gives no credentials", place=place, hint=hint)
    return Credentials(token_of(token, place), certificate, Plaintext(key) if key else None)
