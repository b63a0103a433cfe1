"""Equivalents in a spec of names in PyTorch, Keras, Caffe, YOLO and papers.

All names are in lower case, without underscores and without the suffix ``2d``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def _by_name(rows: Mapping[str, str]) -> dict[str, str]:
    """Invert a table from hints to names separated by blanks."""
    return {name: said for said, names in rows.items() for name in names.split()}


def _all_by_name(rows: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Invert a table from attributes to names separated by blanks; a name may have several."""
    found: dict[str, tuple[str, ...]] = {}
    for attributes, names in rows.items():
        for name in names.split():
            found[name] = (*found.get(name, ()), *attributes.split())
    return found


MISSING = "version 1 has no"
"""The beginning of hints about what a spec cannot express."""

STEPS: Mapping[str, str] = _by_name(
    {
        "conv 3x3 64": "conv convolution convolutional conv2dlayer convlayer",
        "conv 1x1 64": "pointwise pointwiseconv pwconv networkinnetwork nin",
        "conv 3x3 64 dilation=2": "atrous atrousconv dilatedconv dilateconv",
        "conv 3x3 64 groups=32": "groupconv groupedconv",
        "conv 3x3 64 norm=batch_norm activation=relu": """
            basicconv cbr convblock convbn convbnact convbnrelu convnormact convnormactivation
            convmodule convbatchnorm""",
        "conv 16x16 768 /16 V": "patchembed patchembedding patchify",
        "conv_transpose 2x2 64 /2": """
            conv2dtranspose convtranspose convtransposed convolutiontranspose deconv deconvolution
            fractionallystridedconv transposeconv transposedconv upconv""",
        "depthwise_conv 3x3": "depthwise depthwiseconv dw dwconv dwise",
        "depthwise_conv 3x3`, then `conv 1x1 64": """
            depthwiseseparable depthwiseseparableconv dsconv sepconv separableconv separable
            depthsepconv""",
        "dense 1000": "dense fc fullyconnected innerproduct ip linear linearlayer lastlinear",
        "batch_norm": """
            batchnorm batchnorm1d batchnormalization bn bn1d frozenbatchnorm spatialbatchnorm
            syncbatchnorm syncbn""",
        "layer_norm": "layernorm layernormalization ln channelsfirstlayernorm",
        "group_norm 32": "gn groupnorm groupnormalization",
        "group_norm 1": "groupnorm1",
        "instance_norm": "in instancenorm instancenormalization",
        "rms_norm": "rmsnorm rmsnormalization simplenorm",
        "local_response_norm 5": "localresponsenorm localresponsenormalization lrn",
        "global_response_norm": "globalresponsenorm globalresponsenormalization grn",
        "l2_normalize": "l2norm l2normalization normalize unitnorm unitnormalization",
        "relu": "activation activationlayer act rectifiedlinear rectifier",
        "relu6": "relu6 clippedrelu",
        "hard_tanh": "hardtanh htanh",
        "hard_tanh low=0 high=20": "brelu clip clamp",
        "prelu": "prelu parametricrelu",
        "mish": "memoryefficientmish",
        "leaky_relu 0.1": "leaky",
        "leaky_relu": "leakyrelu lrelu",
        "silu": "swish memoryefficientswish silu1 swishactivation",
        "sigmoid": "logistic",
        "hard_sigmoid": "hsigmoid",
        "hard_swish": "hswish hardsilu",
        "max_pool 2x2 /2 V": "maxpool maxpooling pool pooling mp",
        "avg_pool 2x2 /2 V": "avgpool avgpooling averagepool averagepooling ap",
        "global_avg_pool": """
            adaptiveaveragepool adaptiveavgpool gap globalaveragepool globalaveragepooling
            globalavgpool globalavgpooling globalpool globalpooling mean reducemean
            selectadaptivepool spatialmean""",
        "global_max_pool": """
            adaptivemaxpool gmp globalmaxpool globalmaxpooling reducemax""",
        "adaptive_avg_pool 7": "adaptivepool",
        "dropout 0.5": "dropout dropoutlayer",
        "drop_path 0.1": "droppath dropconnect stochasticdepth",
        "upsample 2": """
            upsample interpolate nearestupsample upsampling upsamplinglayer
            upsamplingnearest unpooling""",
        "upsample 2 mode=bilinear": """
            bilinear bilinearupsample bilinearupsampling upsamplingbilinear""",
        "resize_to 224 mode=bilinear": "resizing",
        "pad 1": "pad constantpad padding zeropad zeropadding",
        "pad 1 mode=reflect": "mirrorpad mirrorpadding reflectionpad reflectpad",
        "pad 1 mode=replicate": "replicationpad replicatepad",
        "depth_to_space 2": "depthtospace pixelshuffle",
        "space_to_depth 2": "pixelunshuffle reorg spacetodepth",
        "crop 1": "crop cropping zerocrop",
        "concat from a b": """
            concat
            cat concatenate concatenation depthconcat filterconcat join jointable route
            torchcat""",
        "concat: [conv 1x1 64, conv 3x3 64]": "branches branch parallel inceptionmodule",
        "concat: [identity, max_pool 5x5, max_pool 9x9]": "spp spatialpyramidpooling",
        "add from a b": "add elementwiseadd eltwise elementwise plus sum addition",
        "average from a b": "average",
        "resize from a b": "resizelike interpolatelike",
        "maximum from a b": "maximum",
        "minimum from a b": "minimum",
        "subtract from a b": "subtract sub difference minus",
        "multiply from a b": "multiply mul prod times elementwisemul",
        "multiply: {map: identity, gate: [global_avg_pool, dense 16 activation=relu, "
        "dense in_channels activation=sigmoid]}": """
            channelgate se seblock selayer semodule squeezeandexcitation squeezeandexcite
            squeezeexcitation squeezeexcite squeezeexciteblock squeezeexcitationlayer
            effectivesemodule""",
        "residual: [conv 3x3 in_channels]": """
            residualadd residualblock resblock residualunit shortcut skip skipconnection""",
        "identity": "noop nop passthrough placeholder",
        "slice stop=32": "slice chunk narrow split slicing",
        "channel_shuffle 2": "shuffle shufflechannel shufflechannels",
        "layer_scale": "gammascale learnedscale",
        "scale 0.1": "scale rescale rescaling power multiplyconstant",
        "repeat: [conv 3x3 64]` with `times: 4": "loop for foreach",
    }
)
"""Names in other tools, and the equivalent step."""

UNKNOWN: Mapping[str, str] = _by_name(
    {
        "this activation; `archspec operators` lists those that there are": """
            celu crelu exponential glu geglu hardshrink logsigmoid logsoftmax maxout reglu rrelu
            selu shiftedrelu softmin softshrink star starrelu swiglu tanhshrink threshold
            thresholdedrelu""",
        "this norm; `archspec operators` lists those that there are": """
            evonorm filterresponsenorm frn""",
        "a norm of weights; only activations are normalised": """
            spectralnorm spectralnormalization weightnorm weightnormalization weightstandardization
            weightstd stdconv""",
        "attention": """
            additiveattention attention bam cbam channelattention coordatt crossattention eca
            efficientattention encoderblock mhsa multihead multiheadattention nonlocal
            scaleddotproductattention selfattention spatialattention transformer
            transformerblock transformerdecoder transformerencoder transformerencoderlayer
            windowattention""",
        "sequences": """
            bidirectional clstoken embedding embeddings gru lstm positionalencoding
            positionalembedding posembed rnn simplernn timedistributed tokenizer""",
        "moving cells or axes; `flatten` turns a map into a vector": """
            expand expanddims fold focus permute rearrange repeatvector reshape squeeze swapaxes
            transpose unflatten unfold unsqueeze view""",
        "cropping to the centre of a map": "centercrop",
        "a window that depends on the input": """
            dcn dcnv2 deformableconv deformconv fractionalmaxpool gridsample maxunpool roialign
            roipool roipooling spatialtransformer unpool""",
        "this pool; `max_pool`, `avg_pool` and pools of the whole grid are there": """
            blurpool lppool minpool stochasticpool softpool""",
        "padding with the other side of the map": "circularpad",
        "this way of dropping; `dropout` drops single values, `drop_path` whole examples": """
            alphadropout dropblock featurealphadropout featuredropout gaussiandropout
            gaussiannoise spatialdropout channeldropout dropout1d dropout2d""",
        "code of your own: an operator can come from another package": "customlayer lambda module",
        "shared weights: every step learns its own": """
            reuse share shared sharedweights siamese tie tied""",
        "this merge; `archspec operators` lists those that there are": "dot einsum matmul stack",
    }
)
"""Names in other tools of what version 1 cannot express, and a description of it."""

INSTEAD: Mapping[str, str] = _by_name(
    {
        "list its steps one under the other, each with a dash": """
            block graph layer layers list model modulelist sequence sequential stage""",
        "write `input: 299x299x3` at the top of the file": "data image inputlayer inputs input",
        "the value of the last step is the output; `outputs:` at the top names others": """
            output outputs return""",
        "a spec describes only the network, not its training": """
            accuracy celoss criterion crossentropy loss optimizer softmaxwithloss""",
        "write the block as a module, as `zoo:resnet_50` does": "basicblock bottleneck resnetblock",
        "write the block as a module, as `zoo:efficientnet_b0` does": "fusedmbconv mbconv",
        "write the block as a module, as `zoo:mobilenet_v2` does": "invertedresidual",
        "write the block as a module, as `zoo:densenet_121` does": "denseblock denselayer",
        "write the block as a module, as `zoo:inception_v4` does": "inception inceptionblock",
        "write the block as a module, as `zoo:convnext_tiny` does": "convnextblock cnblock",
        "write the block as a module": "c2f c3 c3k2 csp elan firemodule fire ghostconv sppf",
    }
)
"""Names in other tools of what is not a step in a spec, and what to do."""

ATTRIBUTES: Mapping[str, tuple[str, ...]] = _all_by_name(
    {
        "kernel": "filtersize fsize k kernelshape kernelsize kersize ksize poolsize size window",
        "filters units": """
            c ch channels cn cout f features filter filternum neurons nfilters nout numfilters
            numoutput numoutputs out outc outchannels outdim outfeatures outplanes outputchannels
            outputdim outputs planes width""",
        "stride": "downsample s str strides subsample subsampling",
        "padding cells": "p pad paddings pads",
        "rate": "dropprob droprate dropoutrate p prob ratio",
        "dilation": "atrous d dil dilationrate dilations rate",
        "groups": "cardinality g group numgroups",
        "bias": "biasterm hasbias usebias withbias",
        "norm": "batchnorm bn normalization normalizer normfn normlayer usebn",
        "activation": "act activationfn activationlayer actfn actlayer func nonlin nonlinearity",
        "epsilon": "eps epsilonvalue varianceepsilon",
        "slope": "alpha leak leakiness negativeslope",
        "gamma": "scale",
        "factor": "scale scalefactor times value",
        "multiplier": "channelmultiplier depthmultiplier",
        "mode": "interpolation method",
        "ceil": "ceilmode",
        "count_padding": "countincludepad",
        "block": "blocksize downscalefactor upscalefactor",
        "grid": "outputsize",
        "keepdims": "keepdim",
        "initial": "init initvalue initvalues layerscaleinitvalue",
        "output_padding": "adj outputpad",
        "start": "begin offset",
        "stop": "end length",
    }
)
"""Names in other tools of attributes; the first one that a word has is meant."""

ARGUMENTS: Mapping[str, str] = _by_name(
    {
        "leave it out: input channels are inferred": """
            cin inc inchannels infeatures inp inplanes inputchannels inputdim inputshape
            normalizedshape numfeatures""",
        "leave it out: it does not affect the result": "inplace",
        "leave it out: channels are last": "axis channelaxis dataformat dim",
        "leave it out: a spec describes only the network, not its training": """
            biasconstraint biasinitializer biasregularizer decay device dtype
            kernelconstraint kernelinitializer kernelregularizer l2 lr regularizer training
            trainable weightdecay weightfiller weightinit""",
        "version 1 has no padding with anything but zeros": """
            circular paddingmode reflect reflection replicate""",
        "version 1 has no shared weights: every step learns its own": "reuse share shared tied",
        "write a name at the end: `as name`": "id label name",
        "write the inputs of a step at the end: `from name`": "bottom inputs source",
        "write a count before the word: `4 x word`": "number repeat repeats times",
        "leave it out: every norm shifts its channels": "affine center",
        "write `bias=false`": "biasfree nobias withoutbias",
        "write the fraction that is dropped, one minus that which is kept": "keepprob",
    }
)
"""Names in other tools of arguments that a step does not have, or expresses differently."""

KEYS: Mapping[str, str] = _by_name(
    {
        "network": "arch architecture backbone body graph head layers main model neck net",
        "parameters": "params numparams paramcount",
        "parts": "components definitions defs functions modules",
        "params": """
            arguments args classes constants depth hyperparameters hyperparams nc numclasses
            parameters variables vars width""",
        "input": "imagesize inputs inputshape inputsize",
        "outputs": "output returns",
        "auxiliary": "aux auxiliaryheads auxheads",
        "expect": "assert asserts contract contracts expected",
        "import": "imports include includes",
        "title": "caption displayname heading label",
        "doc": "comment description documentation note notes",
        "source": "paper reference ref url",
    }
)
"""Names in other tools of a document's top-level keys."""

_SIZED = re.compile(r"([a-z]+)[_-]?([1-9])(?:x([1-9]))?(?:-([0-9]+))?(?:/([1-9]))?")
_UNITS = re.compile(r"(?:fc|dense|linear)[_-]?([0-9]+)")
_HAS_ARGUMENTS = re.compile(r"\(\s*[^\s)]")
_DIMENSIONS = {"1d": "sequences, 1-D", "3d": "volumes, 3-D"}


def plain(text: str) -> str:
    """Reduce a name to its key in the tables: ``nn.Conv2d(3, 8)`` to ``conv``."""
    name = text.partition("(")[0].rpartition(".")[2].lower()
    letters = "".join(re.findall("[a-z0-9]+", name))
    return letters if letters in UNKNOWN else letters.removesuffix("2d")


def hint(text: str, words: Iterable[str]) -> str | None:
    """Suggest what to write for a name of another tool; None if the name is not in the tables.

    ``words`` are those of the language, which may also be written in another spelling.
    """
    name = plain(text)
    if name in INSTEAD:
        return INSTEAD[name]
    if name in UNKNOWN or (name[-2:] in _DIMENSIONS and name not in STEPS):
        thing = UNKNOWN.get(name) or _DIMENSIONS[name[-2:]]
        return f"version 1 has no word for {thing}"
    same = next((each for each in words if plain(each) == name), None)
    step = _sized(text) or STEPS.get(name) or same
    if step is None:
        return None
    if _HAS_ARGUMENTS.search(text):
        return f"not all of these arguments can be read; a step like it is `{step}`"
    return f"write `{step}`"


def elsewhere(text: str) -> tuple[str, ...]:
    """List the equivalents of another tool's name: a word, attributes, a key of a document."""
    name = plain(text)
    found = (word_for(text), *ATTRIBUTES.get(name, ()), KEYS.get(name))
    return tuple(each for each in found if each)


def is_unknown(text: str) -> bool:
    """Whether a name denotes something that version 1 cannot express."""
    return plain(text) in UNKNOWN


def word_for(text: str) -> str | None:
    """Return the first word of the step that is equivalent to another tool's name, if any."""
    step = STEPS.get(plain(text))
    return None if step is None else step.partition(" ")[0].rstrip(":")


def _sized(text: str) -> str | None:
    """Translate a word with a size appended: ``conv3x3``, or ``conv3-64`` of VGG's table."""
    found, units = _SIZED.fullmatch(text.lower()), _UNITS.fullmatch(text.lower())
    if units is not None:
        return f"dense {units[1]}"
    if found is None or found[3] is found[4] is None:
        return None
    word, height, width, filters, stride = found.groups()
    step = STEPS.get(word, "")
    kernel = f"{height}x{width or height}"
    sized = re.sub(r"[0-9]+x[0-9]+", kernel, step).replace("64", filters or "64")
    return f"{sized} /{stride}" if sized and stride and "/" not in sized else sized or None
