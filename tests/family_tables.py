"""What publishers say of the variants of families: parameters, and MACs at their input sizes."""

from __future__ import annotations

from collections.abc import Mapping

Family = Mapping[str, tuple[int, int]]

# Hooks on the convolutions and linear layers of torchvision's modules.
RESNET: Family = {
    "resnet_18": (11_689_512, 1_814_073_344),
    "resnet_34": (21_797_672, 3_663_761_408),
    "resnet_50": (25_557_032, 4_089_184_256),
    "resnet_101": (44_549_160, 7_801_405_440),
    "resnet_152": (60_192_808, 11_513_626_624),
    "resnext_50_32x4d": (25_028_904, 4_230_479_872),
    "resnext_101_32x8d": (88_791_336, 16_414_015_488),
    "wide_resnet_50_2": (68_883_240, 11_398_021_120),
    "wide_resnet_101_2": (126_886_696, 22_753_050_624),
}

FAMILIES: Mapping[str, Family] = {"resnet": RESNET}
