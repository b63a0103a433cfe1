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

EFFICIENTNET: Family = {
    "efficientnet_b0": (5_288_548, 385_814_752),
    "efficientnet_b1": (7_794_184, 686_802_832),
    "efficientnet_b2": (9_109_994, 993_561_872),
    "efficientnet_b3": (12_233_232, 1_827_141_392),
    "efficientnet_b4": (19_341_616, 4_393_771_024),
    "efficientnet_b5": (30_389_784, 10_266_384_752),
    "efficientnet_b6": (43_040_704, 19_067_593_536),
    "efficientnet_b7": (66_347_960, 37_745_884_192),
}

MOBILENET_V3: Family = {
    "mobilenet_v3_large": (5_483_032, 216_589_760),
    "mobilenet_v3_small": (2_542_856, 56_510_400),
}

REGNET: Family = {
    "regnet_x_400mf": (5_495_976, 413_812_608),
    "regnet_x_1_6gf": (9_190_136, 1_602_849_792),
    "regnet_x_3_2gf": (15_296_552, 3_176_621_952),
    "regnet_x_8gf": (39_572_648, 7_995_132_416),
    "regnet_y_400mf": (4_344_144, 401_842_848),
    "regnet_y_1_6gf": (11_202_430, 1_612_076_160),
    "regnet_y_3_2gf": (19_436_338, 3_176_482_752),
    "regnet_y_8gf": (39_381_472, 8_473_070_592),
}

# Parameters as ultralytics states them; MACs by hand from models/yolov5s.yaml.
YOLO_V5: Family = {
    "yolo_v5_n": (1_872_157, 2_234_060_800),
    "yolo_v5_s": (7_235_389, 8_216_780_800),
    "yolo_v5_m": (21_190_557, 24_436_224_000),
    "yolo_v5_l": (46_563_709, 54_496_870_400),
    "yolo_v5_x": (86_749_405, 102_724_096_000),
}

FAMILIES: Mapping[str, Family] = {
    "resnet": RESNET,
    "efficientnet": EFFICIENTNET,
    "mobilenet_v3": MOBILENET_V3,
    "regnet": REGNET,
    "yolo_v5": YOLO_V5,
}
