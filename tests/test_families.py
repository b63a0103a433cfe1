"""The families of the zoo against what publishers say of their networks."""

from __future__ import annotations

import pytest

import archspec
from archspec import api
from tests.commands.running import ROOT
from tests.family_tables import FAMILIES
from tests.zoo_tables import TOTALS

SPECS = ROOT / "specs"
VARIANTS = [(family, name) for family, variants in FAMILIES.items() for name in variants]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_holds_the_variants_that_are_published(family: str) -> None:
    assert api.check(SPECS / f"{family}.yaml").variants == tuple(FAMILIES[family])


@pytest.mark.parametrize(("family", "variant"), VARIANTS)
def test_a_variant_has_its_published_parameters_and_macs(family: str, variant: str) -> None:
    count = archspec.count(archspec.load(SPECS / f"{family}.yaml", variant=variant))
    assert (count.parameters, count.macs) == FAMILIES[family][variant]


def test_a_network_has_the_totals_that_it_has_in_its_family() -> None:
    alone = {each.spec: (each.parameters, each.macs) for each in TOTALS}
    twice = [(family, name) for family, name in VARIANTS if name in alone]
    assert twice
    assert all(alone[name] == FAMILIES[family][name] for family, name in twice)
