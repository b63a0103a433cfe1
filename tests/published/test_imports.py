"""Published models that `archspec import` takes; the sweep of all of them is `make imported`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torchvision", reason="torchvision is not installed")
pytest.importorskip("timm", reason="timm is not installed")

from tests.published.imports.record import recorded
from tests.published.imports.results import is_imported
from tests.published.imports.sources import published

Record = Callable[[str, object], None]

MODELS = (
    *(
        "torchvision:googlenet",
        "torchvision:shufflenet_v2_x0_5",
        "torchvision:lraspp_mobilenet_v3_large",
    ),
    "torchvision:deeplabv3_mobilenet_v3_large",
    *("timm:resnest14d", "timm:skresnet18", "timm:mobileone_s0", "timm:ecaresnet26t"),
    *("timm:ghostnet_050", "timm:test_convnext", "timm:hgnetv2_b0", "timm:mixnet_s"),
)


@pytest.mark.slow
@pytest.mark.parametrize("key", MODELS)
def test_a_published_model_is_imported_with_its_totals(
    key: str, tmp_path: Path, record_property: Record
) -> None:
    (model,) = (each for each in published() if each.key == key)
    row = recorded(model, tmp_path)
    assert is_imported(row), row
    record_property(f"import of {key}", f"{row['difference']:.1e}")
    assert {name: row[name] for name in row["theirs"]} == row["theirs"]
    assert row["difference"] <= 1e-5
