"""What people write who come from other tools, and what they are told to write."""

from __future__ import annotations

import re

import pytest

from archspec.diagnostic import Diagnostic
from archspec.language.advice import porting
from archspec.language.syntax.words import known_words
from tests.language.specs import checked, document


def only(*steps: str, head: str = "") -> Diagnostic:
    """Return the one diagnostic that a network gives."""
    (found,) = checked(document(*steps, head=head)).diagnostics
    return found


WRITTEN = {
    "a square kernel": ("conv 3 32", "`conv 3x3 32`"),
    "a kernel as a product": ("conv 3*3 32", "`conv 3x3 32`"),
    "filters before the kernel, as Keras": ("conv 64 3", "`conv 3x3 64`"),
    "filters, kernel and stride, as YOLO": ("conv 64 3 2", "`conv 3x3 64 /2`"),
    "two kernel sizes": ("conv 3 3 64", "`conv 3x3 64`"),
    "a kernel in brackets": ("conv [3,3] 64", "`conv 3x3 64`"),
    "a kernel with a comma": ("conv 3,3 32", "3x3"),
    "a kernel in parentheses": ("conv (3,3) 32", "3x3"),
    "a kernel with a capital": ("conv 3X3 64", "3x3"),
    "a kernel that is a name": ("conv k n", "`conv kernel=k n`"),
    "a kernel of three sizes": ("conv 3x3x3 64", "version 1 has no operators on volumes"),
    "a stride with its letter": ("conv 3x3 32 s2", "`/2`"),
    "a stride with its name": ("conv 3x3 32 stride 2", "`/2`"),
    "a stride by position": ("conv 3x3 64 2", "`/2`"),
    "two strides in parentheses": ("conv 3x3 64 stride=(2,2)", "2x2"),
    "a padding with its letter": ("conv 3x3 32 p1", "`padding=1`"),
    "a padding with its name": ("conv 3x3 32 pad 1", "`padding=1`"),
    "a padding as a pair": ("conv 3x3 32 padding=[1,2]", "[1,1,2,2]"),
    "groups with their name": ("conv 3x3 32 groups 32", "`groups=32`"),
    "a dilation with its letter": ("conv 3x3 32 d2", "`dilation=2`"),
    "the channels that arrive": ("conv 3x3 3 64", "leave `3` out"),
    "the numbers that arrive": ("dense 128 10", "leave `128` out"),
    "channels of a pool": ("max_pool 3x3 64", "leave `64` out"),
    "channels of a pool before its window": ("max_pool 64 2x2", "leave `64` out"),
    "two kernels": ("conv 3x3 5x5 64", "keep one of them"),
    "a stride of a pool by position": ("max_pool 3 2", "`/2`"),
    "channels of a norm": ("batch_norm 64", "input channels are inferred"),
    "a norm and an activation in a row": ("conv 3x3 64 bn relu", "`norm=batch_norm`"),
    "an activation in quotes": ("conv 3x3 64 activation='relu'", "without quotes: relu"),
    "an activation with a capital": ("conv 3x3 64 ReLU", "`activation=relu`"),
    "no bias": ("conv 3x3 64 no_bias", "`bias=false`"),
    "a percentage": ("dropout 50%", "0.5"),
    "a percentage as a number": ("dropout 50", "0.5"),
    "commas between arguments": ("conv 3x3, 64, /2", "conv 3x3 64 /2"),
    "the kernel first, as papers": ("3x3 conv 64", "conv 3x3 64"),
    "a kernel glued to the word": ("conv3x3 64", "`conv 3x3 64`"),
    "VGG's table": ("conv3-128", "`conv 3x3 128`"),
    "a count behind": ("conv 3x3 8 x4", "`4 x conv`"),
    "a count with its x in front": ("x4 conv 3x3 8", "`4 x word`"),
    "a count without an x": ("4 conv 3x3 8", "4 x word"),
    "a count as a product": ("4 * conv 3x3 8", "`4 x word`"),
    "a count behind as a product": ("conv 3x3 8 *4", "4 x conv"),
    "a product of a parenthesis": ("(conv 3x3 8) x 4", "4 x conv"),
    "the next step behind a comma": ("conv 3x3 8, relu", "on a line of its own"),
    "the next step on the line": ("conv 3x3 8; relu", "on a line of its own"),
    "the next step behind a pipe": ("conv 3x3 8 | relu", "on a line of its own"),
    "a name in front": ("first = conv 3x3 8", "`conv 3x3 8 as first`"),
    "a name as a key": ("first: conv 3x3 8", "`conv 3x3 8 as first`"),
    "a name as an argument": ("conv 3x3 8 name=first", "`as name`"),
    "a list of steps": ("[conv 3x3 8, relu]", "the list around it"),
    "a step in brackets": ("[conv 3x3 8]", "without brackets: conv 3x3 8"),
    "a row of YOLO": ("[-1, 1, Conv, [64, 3, 2]]", "`conv 3x3 64`"),
    "a type as a key": ("{type: Conv2d, filters: 64}", "`conv 3x3 64`"),
    "attributes in a list": ("{conv: [3x3, 64]}", "`conv: 3x3 64`"),
    "names in brackets": ("[first, second]", "concat from first second"),
    "names in brackets without a comma": ("[first second]", "concat from first second"),
    "names in quoted brackets": ("'[first second]'", "concat from first second"),
    "a padding that is a word": ("conv 3x3 64 padding same", "`padding=same`"),
    "a stride glued to the kernel": ("max_pool 3x3/2", "3x3 /2"),
    "a stride with its letter glued to the kernel": ("conv 3x3s2 64", "3x3 /2"),
    "a stride glued to the word": ("conv7x7/2 64", "`conv 7x7 64 /2`"),
    "a layer of VGG's table": ("FC-4096", "`dense 4096`"),
    "an activation that is none": ("conv 3x3 8 activation=linear", "`none`"),
    "an activation of another name": ("conv 3x3 8 act=swish", "`activation=silu`"),
    "a mode without its name": ("upsample 2 bilinear", "`mode=bilinear`"),
    "names in a list of branches": ("{concat: [a: relu, b: elu]}", "without dashes: a: ..."),
    "a sign before a param": ("conv 3x3 $k", "named as they are"),
    "a param in braces": ("'conv 3x3 ${k}'", "named as they are"),
    "a template's braces": ("'conv 3x3 {{k}}'", "named as they are"),
    "quotes around a whole mapping": ("'add: [relu, elu]'", "put `add:` before the quotes"),
    "a misspelt count": ("{repeat: [conv 3x3 8], time: 3}", "did you mean `times`?"),
    "a count of another name": ("{repeat: [conv 3x3 8], count: 3}", "did you mean `times`?"),
    "a name beside a word": ("{conv: 3x3 8, name: first}", "did you mean `as`?"),
    "an approximation of GELU": ("gelu approximate=tanh", "write `true`"),
    "no approximation of GELU": ("gelu approximate=none", "write `false`"),
    "a comma in a branch": (
        "{add: [conv 1x1 max(2,3), identity]}",
        'quote the step: "conv 1x1 max(2,3)"',
    ),
    "a shortcut beside the body": (
        "{residual: [conv 3x3 8], shortcut: [conv 1x1 8]}",
        "`residual: {steps: [...], shortcut: ...}`",
    ),
    "a name before a colon": ("{residual as r: [conv 3x3 3]}", "`residual:` and beside it `as: r`"),
    "a count before a colon": ("{2 x: [conv 3x3 3]}", "`repeat:` and beside it `times: 2`"),
    "a count before a list": ("2 x [conv 3x3 8, relu]", "list steps that repeat under `repeat:`"),
    "a count before a mapping": ("{2 x residual: [conv 3x3 3]}", "`times: 2`"),
    "two sizes of an upsampling": ("upsample 2x2", "`factor=2x2`"),
    "two sizes of a pad": ("pad 1x2", "[1,1,2,2]"),
    "an argument of training": ("conv 3x3 64 weight_decay=1e-4", "leave it out"),
    "an axis": ("softmax axis=-1", "channels are last"),
    "shared weights": ("conv 3x3 64 shared=true", "version 1 has no shared weights"),
    "another padding": ("conv 3x3 64 padding_mode=reflect", "version 1 has no padding"),
    "an activation that learns": (
        "conv 3x3 8 activation=prelu",
        "`prelu` is a step of its own: write it after this one",
    ),
    "a norm without a word": ("conv 3x3 8 norm=evonorm", "version 1 has no word for this norm"),
}


@pytest.mark.parametrize(("step", "advice"), WRITTEN.values(), ids=WRITTEN)
def test_a_mistake_is_answered_with_what_to_write(step: str, advice: str) -> None:
    found = only(step)
    assert advice in (found.help or "")


HEADS = {
    "a number in quotes": ('params: {k: "8"}', "without quotes: 8"),
    "an attribute without its word": ("defaults: {activation: relu}", "{conv: {activation: ...}}"),
}


@pytest.mark.parametrize(("head", "advice"), HEADS.values(), ids=HEADS)
def test_a_mistake_before_the_network_is_answered_too(head: str, advice: str) -> None:
    found = checked(document("relu", head=f"{head}\n")).diagnostics
    assert advice in (found[0].help or "")


NAMES = {
    "global_avg_pool": "AdaptiveAvgPool2d AdaptiveAvgPool2d(1) GlobalAveragePooling2D gap",
    "global_max_pool": "AdaptiveMaxPool2d GlobalMaxPooling2D",
    "batch_norm": "BatchNorm2d BatchNormalization nn.BatchNorm2d(64) bn BN SyncBatchNorm",
    "layer_norm": "LayerNorm LayerNormalization ln",
    "group_norm 32": "GN GroupNorm",
    "instance_norm": "InstanceNorm2d",
    "local_response_norm 5": "LRN",
    "prelu": "PReLU nn.PReLU",
    "conv 3x3 64": "Conv2D nn.Conv2d layers.Conv2D Convolution",
    "depthwise_conv 3x3`, then `conv 1x1 64": "SeparableConv2D sepconv",
    "depthwise_conv 3x3": "DepthwiseConv2D dwconv",
    "conv_transpose 2x2 64 /2": "Conv2DTranspose ConvTranspose2d deconv",
    "conv 3x3 64 norm=batch_norm activation=relu": "ConvBNReLU conv_bn ConvNormActivation",
    "relu": "ReLU ReLU(inplace=True) tf.nn.relu F.relu",
    "silu": "swish SiLU",
    "dense 1000": "Linear InnerProduct fc",
    "max_pool 2x2 /2 V": "MaxPool2d MaxPooling2D maxpooling2d",
    "avg_pool 2x2 /2 V": "AvgPool2d AveragePooling2D",
    "pad 1": "ZeroPadding2D ZeroPad2d",
    "upsample 2": "UpSampling2D Upsample interpolate",
    "resize_to 224 mode=bilinear": "Resizing",
    "concat from a b": "Concatenate torch.cat route",
    "add from a b": "Add Eltwise",
    "multiply: {map: identity,": "SE SEBlock SqueezeExcitation squeeze_excite",
    "softmax": "Softmax",
    "flatten": "Flatten",
}
PORTED = [(name, step) for step, names in NAMES.items() for name in names.split()]


@pytest.mark.parametrize(("name", "step"), PORTED)
def test_a_name_of_another_tool_is_answered_with_its_step(name: str, step: str) -> None:
    assert (only(f"'{name}'").help or "").startswith(f"write `{step}")


CALLS = {
    "Conv2d(3, 32, kernel_size=3, stride=2, padding=1)": "conv 3x3 32 /2 padding=1",
    "nn.Conv2d(3, 32, 3)": "conv 3x3 32 V",
    "nn.Conv2d(64, 64, (1, 7), padding=(0, 3), groups=4, bias=False)": (
        "conv 1x7 64 padding=[0,0,3,3] groups=4 bias=false"
    ),
    "Conv2D(32, (3, 3), activation='relu')": "conv 3x3 32 V activation=relu",
    "layers.Conv2D(64, 3, strides=(2, 2), padding='same', use_bias=False, name='c')": (
        "conv 3x3 64 /2 same bias=false"
    ),
    "nn.MaxPool2d(2)": "max_pool 2x2 /2 V",
    "MaxPool2d(3, stride=2, padding=1)": "max_pool 3x3 /2 padding=1",
    "nn.AvgPool2d(3, 1, padding=1)": "avg_pool 3x3 padding=1 count_padding=true",
    "MaxPooling2D((2, 2))": "max_pool 2x2 /2 V",
    "ConvTranspose2d(64, 32, 2, stride=2)": "conv_transpose 2x2 32 /2 V",
    "nn.BatchNorm2d(64)": "batch_norm epsilon=1e-5 momentum=0.9",
    "nn.BatchNorm2d(64, momentum=0.01)": "batch_norm epsilon=1e-5 momentum=0.99",
    "nn.Linear(512, 10)": "dense 10",
    "Dense(10, activation='softmax')": "dense 10 activation=softmax",
    "nn.Dropout(p=0.5)": "dropout 0.5",
    "UpSampling2D(2)": "upsample 2",
    "ZeroPadding2D(1)": "pad 1",
    "AdaptiveAvgPool2d((1, 1))": "global_avg_pool",
    "AdaptiveAvgPool2d(7)": "adaptive_avg_pool grid=7",
    "nn.AdaptiveMaxPool2d((2, 2))": "adaptive_max_pool grid=2x2",
    "GlobalAveragePooling2D(keepdims=True)": "global_avg_pool keepdims=true",
    "nn.PixelShuffle(2)": "depth_to_space 2",
    "Activation('tanh')": "tanh",
    "Activation('swish')": "silu",
    "ReLU(6.)": "relu6",
    "ReLU(max_value=6)": "relu6",
    "nn.ReLU(True)": "relu",
    "nn.GELU(approximate='tanh')": "gelu approximate=true",
    "nn.Upsample(scale_factor=2, mode='bilinear')": "upsample 2 mode=bilinear",
    "nn.LayerNorm(64, eps=1e-6)": "layer_norm epsilon=1e-6",
    "nn.LeakyReLU()": "leaky_relu",
    "nn.GroupNorm(8, 64)": "group_norm groups=8",
    "nn.InstanceNorm2d(64)": "instance_norm affine=false",
    "nn.LocalResponseNorm(3, k=2)": "local_response_norm size=3 k=2",
    "nn.Hardtanh(0, 20)": "hard_tanh low=0 high=20",
}
"""What PyTorch and Keras do by default is said: they pad nothing, and their pools stride."""


@pytest.mark.parametrize(("call", "step"), CALLS.items())
def test_a_call_is_answered_with_the_step_that_does_the_same(call: str, step: str) -> None:
    assert only(f'"{call}"').help == f"write `{step}`"
    vector = step.startswith("dense")
    written = document("conv 1x1 64", *["global_avg_pool"] * vector, step)
    assert [each for each in checked(written).diagnostics if each.severity == "error"] == []


@pytest.mark.parametrize("call", ["Conv2d(3, n + 1, 3)", "ZeroPad2d((1, 2, 3, 4))", "Foo(3)"])
def test_a_call_with_what_is_not_known_gets_a_step_in_general(call: str) -> None:
    assert only(f'"{call}"').code == "word/unknown"


OTHERWISE = [
    "Activation(function)",
    "ReLU(max_value=4)",
    "ReLU(6, 0.1)",
    "nn.BatchNorm2d(64, affine=False)",
    "nn.Conv2d(3, 8, 3, padding_mode='reflect')",
    "nn.MaxPool2d(2, padding=1, dilation=2)",
    "nn.Upsample(size=64)",
    "nn.ZeroPad2d((1, 0, 1, 0))",
]


@pytest.mark.parametrize("call", OTHERWISE)
def test_no_step_is_offered_as_the_same_for_a_call_that_does_something_else(call: str) -> None:
    assert (only(f'"{call}"').help or "").startswith("not all of these arguments can be read")


MISSING = """
    attention MultiheadAttention transformer LSTM GRU Embedding Conv1d conv3d Conv3D MaxPool3d
    selu celu evonorm FilterResponseNorm weight_norm
    reshape permute view SpatialDropout2D Dropout2d Lambda
    CenterCrop CircularPad2d DeformConv2d roi_align siamese einsum
""".split()


@pytest.mark.parametrize("name", MISSING)
def test_what_version_1_cannot_say_is_told_so_and_no_other_function_is_offered(name: str) -> None:
    found = only(f"{name} 7x7x128")
    assert (found.help or "").startswith("version 1 has no word for ")


@pytest.mark.parametrize("step", sorted({*porting.STEPS.values()}))
def test_every_step_that_is_advised_is_one(step: str) -> None:
    steps = [each for each in re.split("`[^`]*`", step) if each]
    rest = ", times: 4" if step.startswith("repeat") else ""
    written = [
        f"{{{each}{rest}}}" if ": " in each else each for each in steps if each != "times: 4"
    ]
    vector = step.startswith("dense")
    made = document("conv 1x1 64 as a", "relu as b", *["global_avg_pool"] * vector, *written)
    assert [each.message for each in checked(made).diagnostics if each.severity == "error"] == []


def test_no_name_stands_for_two_things_and_none_hides_a_word() -> None:
    tables = [porting.STEPS, porting.UNKNOWN, porting.INSTEAD]
    names = [name for table in tables for name in table]
    assert sorted(names) == sorted({*names})
    for name, step in porting.STEPS.items():
        if name in known_words():
            assert step.startswith(name)


def test_a_module_of_the_file_is_nearer_than_a_word_of_another_tool() -> None:
    head = "parts: {bottleneck: [conv 3x3 8]}\n"
    assert only("Bottleneck", head=head).help == "write `bottleneck`"
    assert only("bottlenek", head=head).help == "did you mean `bottleneck`?"


def test_the_name_of_a_step_is_taken_with_from() -> None:
    assert "`from first`" in (only("conv 3x3 8 as first", "first").help or "")
    assert "`from first`" in (only("relu as first", "concat: [first, relu]").help or "")


@pytest.mark.parametrize(
    ("clause", "advice"),
    [("from [a, b]", "`from a b`"), ("from a, b", "`from a b`"), ("from a and b", "`from a b`")],
)
def test_names_behind_from_stand_side_by_side(clause: str, advice: str) -> None:
    assert advice in (only("relu as a", "relu as b", f'"add {clause}"').help or "")


def test_a_vector_that_should_be_a_map_is_an_input_of_one_cell() -> None:
    text = "archspec: 1\nname: net\ninput: 100\nnetwork: [{}conv_transpose 4x4 64 V]\n"
    (plain,) = checked(text.format("")).diagnostics
    assert (plain.help or "").startswith("write the input as 1x1x100, a map of one cell")
    (dense,) = checked(text.format("dense 128, relu, ")).diagnostics
    assert (dense.help or "").startswith("write the input as 1x1x100")
    mended = text.replace("100", "1x1x100").format("conv 1x1 128, relu, ")
    assert checked(mended).diagnostics == ()


@pytest.mark.parametrize("merge", ["add", "concat"])
def test_a_vector_beside_a_map_is_spread_over_the_grid(merge: str) -> None:
    vector = only("conv 3x3 8 as a", "global_avg_pool as b", f"{merge} from a b")
    assert "`avg_pool 32x32 V`" in (vector.help or "")
    assert "`upsample factor=32x32`" in (vector.help or "")
    mended = ("avg_pool 32x32 V", "upsample factor=32x32 as b", f"{merge} from a b")
    assert checked(document("conv 3x3 8 as a", *mended)).diagnostics == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3x32x32", "32x32x3"),
        ("[3, 32, 32]", "32x32x3"),
        ("(1, 3, 32, 32)", "32x32x3"),
        ("[None, 32, 32, 3]", "32x32x3"),
        ("32x32", "32x32x3"),
    ],
)
def test_a_shape_with_channels_first_is_turned(written: str, meant: str) -> None:
    (found,) = checked(
        document("conv 3x3 8").replace("input: 32x32x3", f"input: {written}")
    ).diagnostics
    assert (found.help or "").startswith(f"write {meant}")
