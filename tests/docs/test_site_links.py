"""Links of the documents, as those of the site."""

from __future__ import annotations

import pytest

import links


@pytest.mark.parametrize(
    ("file", "markdown", "expected"),
    [
        ("docs/weights.md", "[a](../specs/u_net.yaml)", "[a](zoo/u_net.md)"),
        ("docs/decisions/0001-a.md", "[a](../../specs/x/y.yaml)", "[a](../zoo/x/y.md)"),
        ("docs/zoo.md", "[a](../specs/resnet.yaml#resnet_18)", "[a](zoo/resnet/resnet_18.md)"),
        ("docs/language.md", "[a](operators.md#conv2d)", "[a](operators.md#conv2d)"),
        ("docs/language.md", "[a](#steps) [b](https://a.example/)", None),
        ("docs/figures.md", "![a](figures/a.svg)", "![a](figures/a.svg)"),
        ("docs/index.md", "[a](../CONTRIBUTING.md)", "[a](contributing.md)"),
        ("CONTRIBUTING.md", "[a](docs/language.md#a)", "[a](language.md#a)"),
        ("docs/verify.md", "[the tests](../tests/verify) do", "the tests do"),
        ("docs/a.md", "\n<details><summary>b", '\n<details markdown="1"><summary>b'),
        ("docs/verify.md", "`[a](../specs/u_net.yaml)`", None),
        ("docs/verify.md", "```md\n[a](../specs/u_net.yaml)\n```", None),
    ],
)
def test_a_link_leads_to_the_same_on_the_site(
    file: str, markdown: str, expected: str | None
) -> None:
    assert links.rewritten(markdown, file) == (expected or markdown)
