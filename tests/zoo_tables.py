"""What papers and publishers say of the networks of the zoo; no number is of our own making."""

from __future__ import annotations

from typing import NamedTuple


class Totals(NamedTuple):
    """The published totals of one network; MACs are those of convolutions and dense layers."""

    spec: str
    parameters: int
    macs: int
    source: str
    with_auxiliary: int | None = None


class Layers(NamedTuple):
    """Convolutions, batch norms, and the outputs of convolutions at the published input."""

    spec: str
    convolutions: int
    norms: int
    activations: int
    source: str


class Block(NamedTuple):
    """One instance of a module: what it holds, and its MACs at 299x299."""

    spec: str
    path: str
    convolutions: int
    weights: int
    expansion_bias: int
    normed_channels: int
    parameters: int
    macs: int
    activations: int


FIGURES = "figures of arXiv:1602.07261, by hand"

# The auxiliary head of TF-slim has, at 1001 classes and without gamma, 3,359,337 parameters on
# Inception-v4 and 3,367,529 on Inception-ResNet-v2; one class is 769 and the gammas are 128 + 768.
SLIM_HEAD_V4 = 3_359_337 - 769 + 896
SLIM_HEAD_V2 = 3_367_529 - 769 + 896

TOTALS = (
    Totals("inception_v4", 42_679_816, 12_253_974_624, FIGURES),
    Totals("inception_resnet_v1", 22_756_328, 6_206_361_696, FIGURES),
    Totals("inception_resnet_v2", 32_433_928, 9_257_953_632, FIGURES),
    Totals("inception_v3", 23_834_568, 5_713_216_096, "timm, head of torchvision", 27_161_264),
    Totals("bn_inception", 11_295_240, 2_032_600_064, "Cadene bninception"),
    Totals("resnet_50", 25_557_032, 4_089_184_256, "torchvision resnet50"),
    Totals("resnet_152", 60_192_808, 11_513_626_624, "torchvision resnet152"),
    Totals("mobilenet_v2", 3_504_872, 300_774_272, "torchvision mobilenet_v2"),
    Totals("densenet_121", 7_978_856, 2_834_161_664, "torchvision densenet121"),
    Totals("vgg_16", 138_357_544, 15_470_264_320, "torchvision vgg16"),
    Totals("efficientnet_b0", 5_288_548, 385_814_752, "torchvision efficientnet_b0"),
    Totals("convnext_tiny", 28_589_128, 4_455_531_264, "torchvision convnext_tiny"),
    Totals("shufflenet_v2_x1_0", 2_278_604, 144_907_992, "torchvision shufflenet_v2_x1_0"),
    Totals("se_resnet_50", 28_088_024, 4_091_699_200, "timm seresnet50"),
    Totals("dla_34", 15_742_104, 3_060_043_776, "timm dla34"),
    Totals("repvgg_a0", 9_108_968, 1_512_581_120, "timm repvgg_a0"),
    Totals("hrnet_w18", 21_299_004, 4_283_537_072, "timm hrnet_w18"),
    # Keras counts 36,738 means and variances of norms as well: 5,326,716.
    Totals("nasnet_a_mobile", 5_289_978, 563_638_816, "keras.applications NASNetMobile"),
    Totals("u_net", 31_037_698, 48_171_581_440, "Pytorch-UNet, transposed convolutions"),
    # ResNet-50 without its classifier, then 1x1 and 3x3 convolutions on four maps, by hand.
    Totals(
        "fpn_resnet_50",
        26_799_296 + 53_120,
        4_089_184_256 - 2_048_000 + 385_351_680 + 2_456_616_960,
        "torchvision resnet_fpn_backbone and its frozen norms",
    ),
    Totals(
        "released/inception_v4",
        42_679_816,
        12_253_974_624,
        "timm inception_v4, head of TF-slim",
        42_679_816 + SLIM_HEAD_V4,
    ),
    Totals(
        "released/inception_resnet_v2",
        55_843_464,
        13_155_794_016,
        "timm inception_resnet_v2, head of TF-slim",
        55_843_464 + SLIM_HEAD_V2,
    ),
    Totals(
        "released/facenet_inception_resnet_v1",
        23_482_624,
        1_417_662_304,
        "facenet-pytorch InceptionResnetV1",
    ),
    Totals(
        "released/torchvision_inception_v3",
        23_834_568,
        5_713_216_096,
        "torchvision inception_v3",
        27_161_264,
    ),
    Totals("released/keras_resnet_152", 60_268_520, 11_282_415_616, "keras.applications ResNet152"),
)

LAYERS = (
    Layers("inception_v4", 149, 149, 15_089_184, FIGURES),
    Layers("inception_resnet_v1", 127, 107, 13_133_648, FIGURES),
    Layers("inception_resnet_v2", 132, 112, 17_137_520, FIGURES),
    Layers("inception_v3", 94, 94, 8_967_488, "timm inception_v3"),
    Layers("bn_inception", 69, 69, 3_736_544, "Cadene bninception"),
    Layers("resnet_152", 155, 155, 22_554_112, "timm resnet152"),
    Layers("released/keras_resnet_152", 155, 155, 22_027_264, "ResNet-152 with strides of v1"),
    Layers("released/inception_v4", 149, 149, 15_089_184, "timm inception_v4"),
    Layers("released/inception_resnet_v2", 244, 204, 25_058_976, "timm inception_resnet_v2"),
)

BLOCKS = tuple(
    Block(spec, *row)
    for spec, rows in {
        "inception_v4": (
            ("stem", 11, 604_000, 0, 864, 605_728, 2_289_943_648, 5_863_776),
            ("inception_a.0", 7, 316_416, 0, 608, 317_632, 387_609_600, 744_800),
            ("reduction_a", 4, 2_304_000, 0, 1_056, 2_306_112, 1_097_164_800, 694_560),
            ("inception_b.0", 10, 2_931_712, 0, 2_272, 2_936_256, 847_264_768, 656_608),
            ("reduction_b", 6, 2_744_320, 0, 1_536, 2_747_392, 511_098_880, 328_704),
            ("inception_c.0", 10, 4_546_560, 0, 3_264, 4_553_088, 290_979_840, 208_896),
        ),
        "inception_resnet_v1": (
            ("stem", 6, 614_240, 0, 656, 615_552, 1_882_680_416, 4_492_688),
            ("inception_resnet_a.0", 7, 76_800, 256, 192, 77_440, 94_080_000, 548_800),
            ("reduction_a", 4, 1_708_032, 0, 1_024, 1_710_080, 850_169_856, 655_360),
            ("inception_resnet_b.0", 5, 688_128, 896, 512, 690_048, 198_868_992, 406_912),
            ("reduction_b", 7, 3_342_336, 0, 1_920, 3_346_176, 501_448_704, 353_280),
            ("inception_resnet_c.0", 5, 1_597_440, 1_792, 768, 1_600_768, 102_236_160, 163_840),
        ),
        "inception_resnet_v2": (
            ("inception_resnet_a.0", 7, 136_704, 384, 240, 137_568, 167_462_400, 764_400),
            ("reduction_a", 4, 2_899_968, 0, 1_280, 2_902_528, 1_482_178_560, 849_152),
            ("inception_resnet_b.0", 5, 1_169_408, 1_152, 672, 1_171_904, 337_958_912, 527_136),
            ("reduction_b", 7, 3_926_016, 0, 2_048, 3_930_112, 599_629_824, 368_672),
            ("inception_resnet_c.0", 5, 2_084_864, 2_144, 864, 2_088_736, 133_431_296, 192_512),
        ),
        "released/inception_resnet_v2": (
            ("stem", 5, 171_872, 0, 400, 172_672, 1_340_779_616, 4_179_088),
            ("inception_a", 7, 267_264, 0, 528, 268_320, 327_398_400, 646_800),
            ("inception_resnet_a.0", 7, 122_368, 320, 240, 123_168, 149_900_800, 686_000),
            ("reduction_a", 4, 2_662_400, 0, 1_280, 2_664_960, 1_398_185_984, 849_152),
            ("inception_resnet_b.0", 5, 1_124_352, 1_088, 672, 1_126_784, 324_937_728, 508_640),
            ("reduction_b", 7, 3_876_864, 0, 2_048, 3_880_960, 585_424_896, 368_672),
            ("inception_resnet_c.0", 5, 2_031_616, 2_080, 864, 2_035_424, 130_023_424, 188_416),
            ("conv", 1, 3_194_880, 0, 1_536, 3_197_952, 204_472_320, 98_304),
        ),
    }.items()
    for row in rows
)
"""Block tables: the figures by hand; those of the release from timm's module."""

TIMM_GMACS = {
    "released/inception_v4": 12_284_152_992,
    "released/inception_resnet_v2": 13_182_832_288,
    "inception_v3": 5_731_151_072,
}
"""timm counts two operations per element of a batch norm as MACs."""

MACS_AT = {
    ("released/inception_v4", 224): 6_121_894_752,
    ("released/inception_v4", 331): 15_272_225_888,
    ("released/inception_resnet_v2", 224): 6_468_961_120,
    ("released/inception_resnet_v2", 331): 16_420_061_280,
    ("inception_v3", 224): 2_837_921_120,
    ("inception_v3", 331): 7_120_186_976,
    ("resnet_152", 299): 21_302_278_912,
}
"""MACs of timm's modules at other inputs."""

GRIDS = {
    75: (37, 35, 17, 15, 7, 3, 1),
    96: (47, 45, 22, 20, 9, 4, 1),
    128: (63, 61, 30, 28, 13, 6, 2),
    160: (79, 77, 38, 36, 17, 8, 3),
    192: (95, 93, 46, 44, 21, 10, 4),
    224: (111, 109, 54, 52, 25, 12, 5),
    256: (127, 125, 62, 60, 29, 14, 6),
    299: (149, 147, 73, 71, 35, 17, 8),
    320: (159, 157, 78, 76, 37, 18, 8),
    331: (165, 163, 81, 79, 39, 19, 9),
    384: (191, 189, 94, 92, 45, 22, 10),
    448: (223, 221, 110, 108, 53, 26, 12),
    512: (255, 253, 126, 124, 61, 30, 14),
}
"""Sides of the maps by side of the input: the stem's first, third, pooled, narrowed and last map,
then those after the two reductions; from floor((n - 3) / 2) + 1 and n - 2 by hand."""

GRID_PATHS = {
    "inception_v4": ("stem.conv", "stem.conv_2", "stem.concat", "stem.concat_1"),
    "inception_resnet_v1": ("stem.conv", "stem.conv_2", "stem.max_pool", "stem.conv_4"),
    "inception_resnet_v2": ("stem.conv", "stem.conv_2", "stem.concat", "stem.concat_1"),
    "inception_v3": ("stem.conv", "stem.conv_2", "stem.max_pool", "stem.conv_4"),
    "released/inception_resnet_v2": ("stem.conv", "stem.conv_2", "stem.max_pool", "stem.conv_4"),
}
"""The steps of each stem whose maps ``GRIDS`` lists."""
