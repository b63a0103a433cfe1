"""Networks of one step or few, on which tools show what they count of each operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archspec import checked
from archspec.graph import Graph

ON_A_MAP = """
conv2d 3x3 16
conv2d 3x3 16 bias=false
conv2d 3x3 16 groups=4
conv2d 3x3 16 stride=2 padding=same
conv_transpose2d 3x3 5
conv_transpose2d 2x2 5 /2 V
conv_transpose2d 4x4 6 /2 groups=2 bias=false
conv_transpose2d 3x3 6 /2 groups=2
max_pool 3x3 /2
max_pool 2x2 /2
avg_pool 3x3 /2
avg_pool 3x3 /1
avg_pool 2x2 /2
avg_pool 3x3 /1 count_padding=true
avg_pool 3x3 stride=2 padding=same
avg_pool 3x3 stride=2 padding=same count_padding=true
max_pool 3x3 stride=2 padding=same
max_pool 4x4 stride=1 padding=same
global_avg_pool
global_avg_pool keepdims=true
global_max_pool
global_max_pool keepdims=true
adaptive_avg_pool 3
adaptive_max_pool 3
channel_avg_pool
channel_max_pool
batch_norm
batch_norm gamma=false
layer_norm
layer_norm bias=false
group_norm 2
instance_norm affine=false
instance_norm affine=true
rms_norm
local_response_norm 5
global_response_norm
l2_normalize
softmax
relu
relu6
leaky_relu
elu
gelu
gelu approximate=true
silu
sigmoid
tanh
hard_tanh
hard_sigmoid
hard_swish
softplus
softsign
mish
prelu
prelu shared=true
scale 0.5
layer_scale
affine
affine bias=false
standardize
upsample 2
upsample 2 mode=bilinear
slice start=0 stop=4
channel_shuffle 2
depth_to_space 2
space_to_depth 2
flatten
pad 1
crop 1
dropout 0.5
drop_path 0.1
identity
add from input input
add from input input input
subtract from input input
multiply from input input
maximum from input input
minimum from input input
average from input input
concat from input input
resize from input input
resize_nearest from input input
conv2d 1x1 8 as one, batch_norm as two, add from one two
relu as one, relu from input as two, add from one two
"""

ON_A_VECTOR = """
fully_connected 5
fully_connected 5 bias=false
batch_norm
batch_norm gamma=false
layer_norm
group_norm 2
rms_norm
softmax
radix_softmax 2
channel_conv 3
relu
sigmoid
prelu
layer_scale
multiply from input input
"""

INPUTS = {"8x8x8": ON_A_MAP, "8": ON_A_VECTOR}
HEAD = "archspec: 1\nname: net\ninput: {}\nnetwork: [{}]\n"


def single_steps(folder: Path) -> Iterator[tuple[str, Graph]]:
    """Yield each step behind the shape that it takes, and its network, written into a folder."""
    file = folder / "net.yaml"
    for shape, steps in INPUTS.items():
        for step in steps.split("\n")[1:-1]:
            file.write_text(HEAD.format(shape, step), "utf-8")
            yield f"{shape}: {step}", checked.load(file)
