"""Which large documents are parsed. First what need not be: the word in prose is why this test exists."""

from __future__ import annotations

import pytest

from sealwright.detect.relevance import SMALL, document_may_matter

PADDING = "# " + "-" * SMALL + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "description: the Secret to use\n",
        "description: |\n  References a Secret\n  in the same namespace\n",
        "description: name of a Secret.\n",
        "kind: SecretStore\n",
        "kind: SealedSecret\n",
        "secretName: a\n",
    ],
)
def test_prose_and_other_kinds_do_not_matter(text: str) -> None:
    assert not document_may_matter(text + PADDING)
    assert document_may_matter(text)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Secret\n",
        "kind: Secret  # of the shop\n",
        "kind: 'Secret'\n",
        '{"kind":"Secret"}\n',
        "{kind: Secret, data: {}}\n",
        '{"kind":Secret}\n',
        "kind:\n  Secret\n",
        "kind: # which\n  Secret\n",
        "kind: &k Secret\n",
        "kind: !!str Secret\n",
        "kind: >-\n  Secret\n",
        "x: [Secret]\n",
        "- Secret\n",
        "kind: SecretList\n",
        'f: "kind: Secret\\ndata: {}"\n',
        'f: "kind:\\n  Secret\\n"\n',
        'f: "{\\"kind\\": \\"Secret\\"}"\n',
        "kind: Secret\r\n",
        "kind: Secret",
        'kind: "\\x53ecret"\n',
        "kind: !!binary U2VjcmV0\n",
        "sops: {}\n",
        "f: a2luZDogU2VjcmV0Cg==\n",
    ],
)
def test_every_way_to_say_it_matters(text: str) -> None:
    assert document_may_matter(PADDING + text)
