from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sealwright.errors import ExitCode, SealingError
from sealwright.sealing.scope import (
    ANNOTATION_CLUSTER_WIDE,
    ANNOTATION_NAMESPACE_WIDE,
    Scope,
    annotations_for,
    label,
    label_as_read,
    scope_of,
)


class TestMustNot:
    @pytest.mark.parametrize(
        ("scope", "namespace", "name", "what"),
        [
            (Scope.STRICT, "", "db", "namespace"),
            (Scope.STRICT, "prod", "", "name"),
            (Scope.STRICT, "", "", "namespace"),
            (Scope.NAMESPACE_WIDE, "", "db", "namespace"),
            (Scope.STRICT, "prod/db", "x", "namespace"),
            (Scope.STRICT, "prod", "db/x", "name"),
            (Scope.NAMESPACE_WIDE, "prod/db", "x", "namespace"),
            (Scope.STRICT, "pr\ud800od", "x", "namespace"),
        ],
    )
    def test_seal_for_what_does_not_bind(self, scope: Scope, namespace: str, name: str, what: str) -> None:
        with pytest.raises(SealingError) as caught:
            label(scope, namespace, name)
        assert what in caught.value.message
        assert what in caught.value.hint
        assert caught.value.exit_code is ExitCode.INCOMPLETE
        str(caught.value).encode()  # can be printed, whatever the name was

    @pytest.mark.parametrize("value", ["True", "TRUE", "1", "", "yes", " true", "true ", "false", True, 1, None])
    @pytest.mark.parametrize("annotation", [ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE])
    def test_widen_the_scope_for_another_word(self, annotation: str, value: str) -> None:
        assert scope_of({annotation: value}) is Scope.STRICT

    def test_let_the_opening_side_raise(self) -> None:
        for scope in Scope:
            for text in ("", "/", "\ud800", "ä"):
                label_as_read(scope, text, text)

    def test_load_a_heavy_library(self) -> None:
        program = (
            "import sys; from sealwright.sealing import scope, go_base64, address, pem; "
            "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'cryptography', 'requests', 'urllib3'}))"
        )
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == ""


class TestMust:
    @pytest.mark.parametrize(
        ("annotations", "scope"),
        [
            ({}, Scope.STRICT),
            ({"other": "true"}, Scope.STRICT),
            ({ANNOTATION_NAMESPACE_WIDE: "true"}, Scope.NAMESPACE_WIDE),
            ({ANNOTATION_CLUSTER_WIDE: "true"}, Scope.CLUSTER_WIDE),
            ({ANNOTATION_NAMESPACE_WIDE: "true", ANNOTATION_CLUSTER_WIDE: "true"}, Scope.CLUSTER_WIDE),
            ({ANNOTATION_NAMESPACE_WIDE: "true", ANNOTATION_CLUSTER_WIDE: "false"}, Scope.NAMESPACE_WIDE),
        ],
    )
    def test_read_the_annotations(self, annotations: dict[str, str], scope: Scope) -> None:
        assert scope_of(annotations) is scope

    @pytest.mark.parametrize("scope", list(Scope))
    def test_write_what_it_reads(self, scope: Scope) -> None:
        assert scope_of(annotations_for(scope)) is scope

    def test_name_the_annotations_as_upstream(self) -> None:
        assert annotations_for(Scope.STRICT) == {}
        assert annotations_for(Scope.NAMESPACE_WIDE) == {"sealedsecrets.bitnami.com/namespace-wide": "true"}
        assert annotations_for(Scope.CLUSTER_WIDE) == {"sealedsecrets.bitnami.com/cluster-wide": "true"}

    @pytest.mark.parametrize(
        ("scope", "namespace", "name", "expected"),
        [
            (Scope.STRICT, "prod", "db", b"prod/db"),
            (Scope.NAMESPACE_WIDE, "prod", "db", b"prod"),
            (Scope.NAMESPACE_WIDE, "prod", "", b"prod"),
            (Scope.CLUSTER_WIDE, "prod", "db", b""),
            (Scope.CLUSTER_WIDE, "", "", b""),
            (Scope.CLUSTER_WIDE, "a/b", "c/d", b""),
            (Scope.STRICT, "ä", "日", "ä/日".encode()),
        ],
    )
    def test_make_the_label(self, scope: Scope, namespace: str, name: str, expected: bytes) -> None:
        assert label(scope, namespace, name) == expected
        assert label_as_read(scope, namespace, name) == expected

    @pytest.mark.parametrize(
        ("scope", "namespace", "name", "expected"),
        [
            (Scope.STRICT, "", "db", b"/db"),
            (Scope.STRICT, "", "", b"/"),
            (Scope.NAMESPACE_WIDE, "", "db", b""),
            (Scope.STRICT, "a/b", "c", b"a/b/c"),
            (Scope.NAMESPACE_WIDE, "\ud800", "", "\ufffd".encode()),
        ],
    )
    def test_read_broken_metadata_as_the_controller_does(
        self, scope: Scope, namespace: str, name: str, expected: bytes
    ) -> None:
        assert label_as_read(scope, namespace, name) == expected
