"""Converting keeps everything that is not a value, in every layout that a Secret may have."""

from __future__ import annotations

import io
import json
import warnings
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.secret_layouts import Written, written_secrets
from ruamel.yaml import YAML
from unit.convert.external_secret.converting import converted, expected_object, upstream_complaints, values_of
from unit.convert.sealing_again import load_all

from sealwright.convert.external_secret.options import Options
from sealwright.errors import SealwrightError

OUTCOMES: Counter[str] = Counter()
NAMES = ["a/note", "helm.sh/resource-policy", "argocd.argoproj.io/sync-wave", "kustomize.toolkit.fluxcd.io/prune"]
"""What the one annotation is called that the layouts have under `a/note`."""
SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def objects(documents: list[Any], kind: str) -> list[dict[str, Any]]:
    found = [item for document in documents for item in (document.get("items") or [document])]
    return [item for item in found if item.get("kind") == kind]


def check(written: Written, wave: str) -> None:
    before = load_all(written.text)
    secrets = objects(before, "Secret")
    options = Options(sync_wave=wave)
    unfit = any(not values_of(secret) or "ownerReferences" in secret["metadata"] for secret in secrets)
    try:
        result = converted(written.text, options=options)
    except SealwrightError:
        OUTCOMES["refused"] += not unfit
        if written.ordinary and not unfit:
            raise
        return
    assert not unfit
    OUTCOMES["converted"] += 1
    show = f"{written.text}\n=====\n{result.text}"
    after = load_all(result.text)
    made = objects(after, "ExternalSecret")
    assert len(made) == len(secrets) > 0, show
    assert objects(after, "Secret") == [], show
    for secret, external in zip(secrets, made, strict=True):
        wanted = expected_object(secret, options)
        assert external == wanted, show
        assert json.dumps(external["spec"]) == json.dumps(wanted["spec"]), show
        assert upstream_complaints(external) == [], show
    check_text(written, result.text, show)
    again = converted(result.text)
    assert again.refs == ()
    assert again.text == result.text


def check_text(written: Written, text: str, show: str) -> None:
    assert text.startswith(written.before), show
    assert text.endswith(written.after), show
    missing = {mark for mark in written.comments if text.count(mark) != 1}
    assert not missing, f"{missing}\n{show}"
    if "\r\n" in written.text:
        assert "\n" not in text.replace("\r\n", ""), show
    else:
        assert "\r" not in text, show
    assert text.endswith("\n") == written.text.endswith("\n"), show
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruamel.yaml complains of reused anchors, which the original has, too
        assert len([x for x in YAML().load_all(io.StringIO(text)) if x is not None]) == len(load_all(text)), show


@given(written_secrets(), st.sampled_from(["", "", "-1"]), st.sampled_from(NAMES), st.booleans())
@SLOW
def check_any(written: Written, wave: str, name: str, braces: bool) -> None:
    text = written.text.replace("a/note", name)
    check(written._replace(text=text.replace("two words", "two {{words}}") if braces else text), wave)


def test_converting_keeps_everything_but_the_values() -> None:
    """Ordinary block style is never refused; of all layouts, few are."""
    OUTCOMES.clear()
    check_any()
    assert OUTCOMES["refused"] <= OUTCOMES["converted"] / 4, OUTCOMES
