"""Every place where one object names a Secret.

What Kubernetes itself reads is known by its structure: `env`, `envFrom`, volumes, `imagePullSecrets`, `tls`. Everything
else goes by general rules, since there are more custom resources than anybody can list: fields by their names (see
`fields`), `{kind: Secret, name: ...}`, and `{name: ..., key: ...}`, the key selector of Prometheus, cert-manager and
others. Objects inside objects, values of charts, JSON patches, and texts that hold manifests are looked into.

What a general rule takes for a name may be anything, even a value (`clientSecret: hunter2`): show no use that is not
the use of a Secret that is there. Names that a template makes are left out: nobody can say what they are.
Source: core/v1, networking.k8s.io/v1, gateway.networking.k8s.io/v1; the CRDs of Flux, Argo CD, External Secrets,
cert-manager, Traefik, Istio and the Prometheus operator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.context import Context, context_of, is_object, outermost
from sealwright.convert.graph.fields import is_name, role_of
from sealwright.convert.graph.manner import manner_of
from sealwright.convert.graph.step import pointer_of, steps
from sealwright.convert.graph.use import Use
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import FILL, Mapping, Scalar, Sequence, lookup, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import kind_of
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.graph.step import Step
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_NO_USERS = frozenset({"Secret", "SealedSecret", "CustomResourceDefinition"})
"""Their texts are values, ciphertext and prose."""
_NOT_USED = frozenset({"target", "select", "reject", "generate", "ownerReferences", "involvedObject"})
"""Fields with `{kind: Secret, name: ...}` for a Secret that is changed or made rather than used."""
_SELECTOR = frozenset({"name", "key", "optional", "namespace"})
_TELLS = Pattern(r"(?i:secrets?(?:[_-]?(?:name|ref|keyref))?s?)[\"']?[ \t]*:|kind[\"']?[ \t]*:[ \t]*[\"']?Secret\b")
_VALUES = frozenset({"values", "valuesContent", "patch", "patches", "patchesStrategicMerge"})
"""Fields with text that is manifests or values throughout."""
_LARGEST = 500_000
"""Characters of a text inside an object that is looked into."""
_DEPTH = 2
_ANNOTATIONS = "annotations"


def search(resource: Resource, namespace: str) -> Iterator[Use]:
    """Every use by the object, in source order; `namespace` is for an object that names none."""
    yield from _uses_in(resource, outermost(resource, namespace), 0)


def _uses_in(resource: Resource, outer: Context, depth: int) -> Iterator[Use]:
    if resource.ref.kind in _NO_USERS:
        return
    for step in steps(resource.node):
        if isinstance(step.node, Mapping):
            yield from _of_mapping(resource, step, outer)
        elif isinstance(step.node, Scalar) and depth < _DEPTH:
            yield from _in_text(resource, step, step.node.value, outer, depth)


def _of_mapping(resource: Resource, step: Step, outer: Context) -> Iterator[Use]:
    node = step.node
    if not isinstance(node, Mapping):
        return
    named: Scalar | None = None
    if step.merged and _is_reference(step, node):
        use = _reference(resource, step, node, outer)
        if use is not None:
            named = use.name_node if isinstance(use.name_node, Scalar) else None
            yield use
    pointer = pointer_of(node)
    if pointer:
        yield from _of_operation(resource, step, node, pointer, outer)
        return
    for name, value in step.entries():
        target = resolve(value)
        if target is not named and (role_of(name) is not None or _is_right(node, name)):
            yield from _named(resource, step, name, target, outer)


def _is_right(node: Mapping, field: str) -> bool:
    """Whether a field is that of a Role which names the Secrets that may be read."""
    return field == "resourceNames" and "secrets" in _texts(lookup(node, "resources"))


def _is_reference(step: Step, node: Mapping) -> bool:
    field = step.field
    if role_of(field) is not None:
        return not is_object(node)
    if step.parent is None or field in _NOT_USED:
        return False
    kinds = {text_of(lookup(node, "kind")), text_of(lookup(node, "type"))}
    if "Secret" in kinds:
        return lookup(node, "metadata") is None
    names = {name for name, _ in step.entries()}
    return {"name", "key"} <= names <= _SELECTOR and "configmap" not in field.lower()


def _reference(resource: Resource, step: Step, node: Mapping, outer: Context) -> Use | None:
    """The use that a mapping with a name in it is."""
    kind = text_of(lookup(node, "kind"))
    if kind and kind != "Secret":
        return None
    manner = manner_of(resource, step)
    for field in ("secretName", "name") if manner.prefers_secret_name else ("name", "secretName"):
        name = lookup(node, field)
        if name is not None and _is_text(name):
            break
    else:
        return None
    text = text_of(name)
    if FILL in text:
        return None
    own = text_of(lookup(node, "namespace"))
    context = context_of(step, outer)
    where = own if own and FILL not in own else context.namespace
    return Use(
        resource,
        manner.how(context),
        where,
        text,
        node,
        str(step),
        manner.keys(node),
        text_of(lookup(node, "optional")).lower() == "true",
        manner.container,
        manner.pod,
        resolve(name),
    )


def _named(resource: Resource, step: Step, field: str, target: Node, outer: Context) -> Iterator[Use]:
    """The uses that the texts of a field are: one name, or a list of names."""
    for node in target.items if isinstance(target, Sequence) else (target,):
        scalar = resolve(node)
        if isinstance(scalar, Scalar) and _is_text(scalar) and "\n" not in scalar.value:
            use = _by_name(resource, step, field, scalar, outer)
            if use is not None:
                yield use


def _by_name(resource: Resource, step: Step, field: str, scalar: Scalar, outer: Context) -> Use | None:
    holder = step.node
    where, slash, name = scalar.value.rpartition("/") if step.field == _ANNOTATIONS else ("", "", scalar.value)
    if not is_name(name) or (slash and not is_name(where)) or not isinstance(holder, Mapping):
        return None
    context = context_of(step, outer)
    if context.kind == "Certificate" and context.group == "cert-manager.io" and field == "secretName":
        return None  # it makes that Secret
    manner = manner_of(resource, step, field)
    where = where or _namespace_beside(holder, field) or context.namespace
    return Use(
        resource,
        manner.how(context),
        where,
        name,
        holder,
        str(step),
        manner.keys(holder),
        container=manner.container,
        pod=manner.pod,
        name_node=scalar,
    )


def _namespace_beside(holder: Mapping, field: str) -> str:
    """`secretNamespace` beside `secretName`, `...-secret-namespace` beside `...-secret-name`."""
    for ending, other in (("Name", "Namespace"), ("-name", "-namespace"), ("_name", "_namespace")):
        if field.endswith(ending):
            found = text_of(lookup(holder, field.removesuffix(ending) + other))
            return found if is_name(found) else ""
    return ""


def _of_operation(
    resource: Resource, step: Step, node: Mapping, pointer: tuple[str, ...], outer: Context
) -> Iterator[Use]:
    """What an operation of a JSON patch puts in by itself: a name at the end of its way, or a list of names."""
    value = lookup(node, "value")
    target = resolve(value) if value is not None else None
    last = pointer[-1]
    above = next((part for part in reversed(pointer[:-1]) if part != "-" and not part.isdigit()), "")
    if last in {"name", "-"} or last.isdigit():
        last = above
    if target is not None and not isinstance(target, Mapping) and role_of(last) is not None:
        for use in _named(resource, step, last, target, outer):
            yield use._replace(field=".".join(pointer))


def _in_text(resource: Resource, step: Step, text: str, outer: Context, depth: int) -> Iterator[Use]:
    """Uses in a text that is YAML: the values of a chart, a patch, a manifest in a ConfigMap."""
    holder = step.holder
    if len(text) > _LARGEST or holder is None or not isinstance(holder.node, Mapping):
        return
    if not (_TELLS.search(text) or (step.field in _VALUES and "key" in text)):
        return
    context = context_of(step, outer)
    for document in read_documents(Source(resource.document.source.path, text)):
        if document.flaw:
            continue  # prose; a template that was read line by line has no flaw
        for inner in resources(document):
            inside = outermost(inner, "" if inner.ref.kind else context.namespace)
            for use in _uses_in(inner, inside, depth + 1):
                field = f"{step}:{use.field}" if use.field else str(step)
                yield use._replace(
                    consumer=resource, node=holder.node, field=field, container=None, pod=None, name_node=None
                )


def _is_text(node: Node) -> bool:
    target = resolve(node)
    return isinstance(target, Scalar) and target.value != "" and kind_of(target) not in {"null", "boolean"}


def _texts(node: Node | None) -> set[str]:
    target = resolve(node) if node is not None else None
    return {text_of(item) for item in target.items} if isinstance(target, Sequence) else set()
