"""One value alone, as `kubeseal --raw`; and the certificate alone, as `kubeseal --fetch-cert`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.cli.sealing.values import one_value
from sealwright.cli.streams import complain
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from sealwright.cli.sealing.session import Session


def seal_raw(session: Session) -> ExitCode:
    """The ciphertext of one value to stdout, in base64 and without a line end."""
    from sealwright.convert.secret_model import Value
    from sealwright.sealing.scheme import encode, seal
    from sealwright.sealing.scope import Scope, annotations_for, label

    options = session.options
    scope = Scope(options.scope or "strict")
    namespace, name = options.namespace or "", options.name or ""
    for flag, text, needed in (
        ("--namespace", namespace, scope is not Scope.CLUSTER_WIDE),
        ("--name", name, scope is Scope.STRICT),
    ):
        if needed and not text:
            hint = "the value is bound to it; or choose a wider --scope on purpose"
            raise UsageError(f"--raw with the scope {scope.value} needs {flag}", hint=hint)
    mark = label(scope, namespace, name)
    [certificates] = session.clusters()
    certificate = certificates.for_file("")
    value = one_value(options, "the value to seal")
    session.warn(session.advice_on_values([Value("value", value)]))
    sys.stdout.write(encode(seal(certificate.public_key, value, mark)))
    sys.stdout.write("\n" if sys.stdout.isatty() else "")
    sys.stdout.flush()
    for annotation in annotations_for(scope):
        complain(f'note: it opens only in a SealedSecret whose own metadata has the annotation {annotation}: "true"\n')
    return ExitCode.CLEAN


def print_certificate(session: Session) -> ExitCode:
    """The certificate to stdout as PEM, after every check that sealing with it would make."""
    from sealwright.sealing.pem import blocks

    data = _fetched(session)
    first = next((block for block in blocks(data) if block.kind == "CERTIFICATE"), None)
    sys.stdout.buffer.write(first.text if first else data)
    sys.stdout.buffer.flush()
    return ExitCode.CLEAN


def _fetched(session: Session) -> bytes:
    options, config = session.options, session.config
    from sealwright.run.certificates import certificate_bytes, checked_certificate

    if options.offline:
        raise UsageError("--offline and --fetch-cert contradict each other", hint="leave one of them out")
    wanted = options.certificate or (options.cluster or [""])[0]
    cluster = config.cluster(options.controller or wanted)
    pin = options.fingerprint or (cluster.fingerprint if cluster else "")
    if options.controller or options.controller_name or options.controller_namespace or not wanted:
        data = _from_controller(session)
    else:
        data = certificate_bytes(cluster.certificate if cluster else wanted, config, pinned=bool(pin))
    checked_certificate(data, "the certificate", pin)
    return data


def _from_controller(session: Session) -> bytes:
    from sealwright.config import Controller
    from sealwright.run.controllers import controller_client, controller_named

    options = session.options
    if options.controller:
        where = controller_named(options.controller, session.config)
    else:
        where = Controller(namespace=options.controller_namespace or "", name=options.controller_name or "")
    with controller_client(where, session.repository) as client:
        return client.certificate()
