"""Names: what may be one, which Python or a framework owns, and which one was meant."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from archspec.language.advice import porting

RESERVED = frozenset("x V same valid symmetric linear as from none true false in_channels".split())
"""Words that mean something by themselves in a step string."""

CLAUSES = ("as", "from", "times", "shape")
"""Keys that stand beside the word of a step written as a mapping."""

COUNTED = re.compile(r"(\S+) +x +([a-z]\w*)")
"""How a count stands before a word in a step string; in a mapping it stands under ``times``."""

_NAME = re.compile(r"[a-z](?:[a-z0-9_]*[a-z0-9])?", re.ASCII)
_LONGEST = 64

_MODULE = frozenset(
    """
    T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu
    cuda double dump_patches eval extend extra_repr float forward get_buffer get_extra_state
    get_parameter get_submodule half insert ipu load_state_dict modules mtia named_buffers
    named_children named_modules named_parameters parameters pop register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state
    set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
    """.split()
)

_KERAS = frozenset(
    """
    activity_regularizer add_loss add_metric add_variable add_weight autocast build
    build_from_config built call call_signature_parameters compile compile_from_config compiled
    compiled_loss compiled_metrics compute_dtype compute_loss compute_loss_and_updates
    compute_mask compute_metrics compute_output_shape compute_output_spec count_params
    distribute_reduction_method distribute_strategy dtype dtype_policy evaluate export fit
    from_config get_build_config get_compile_config get_config get_layer get_metrics_result
    get_quantization_layer_structure get_state_tree get_weights input input_dtype input_shape
    input_spec inputs jit_compile layers load_own_variables load_weights loss losses
    make_predict_function make_test_function make_train_function metrics metrics_names
    metrics_variables name non_trainable_variables non_trainable_weights operations output
    output_names output_shape outputs path predict predict_function predict_on_batch
    predict_step quantization_mode quantize quantized_build quantized_call rematerialized_call
    reset_metrics run_eagerly save save_own_variables save_weights set_state_tree set_weights
    stateless_call stateless_compute_loss steps_per_execution summary supports_jit
    supports_masking symbolic_call test_function test_on_batch test_step to_json train_function
    train_on_batch train_step trainable trainable_variables trainable_weights
    unrolled_steps_per_execution variable_dtype variables weights
    """.split()
)

OWNED = frozenset(keyword.kwlist) | _MODULE | _KERAS
"""Names that Python, ``torch.nn.Sequential`` or Keras's ``Layer`` and ``Model`` own."""


NAMING = (
    f"a name has lower-case letters, digits and underscores (at most {_LONGEST}), begins with a "
    "letter and ends in no underscore"
)


def naming(text: str) -> str:
    """Say what a name looks like, and which name a text that is none comes near to."""
    near = text.lower().replace("-", "_").strip("_")
    return f"write `{near}`: {NAMING}" if is_name(near) and near not in RESERVED else NAMING


def is_name(text: str) -> bool:
    """Whether ``text`` is a lower-case identifier that does not end in an underscore."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def owned(name: str) -> str:
    """Return ``name``, with one underscore at its end where Python or a framework owns it."""
    return f"{name}_" if name in OWNED else name


def output_name(name: str) -> str:
    """Return the name of an output: a step's, or for ``step.output`` what stands behind the dot."""
    return name.rpartition(".")[2]


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """List the candidates that ``word`` may have meant, the nearest first.

    What other tools call by this word is the only one. Else near is at most two slips (a letter
    added, lost, changed, or two swapped), one for a short word and none for a single letter; then a
    beginning in common with all of the shorter word; then the same parts among others, as
    ``global_pool`` in ``global_avg_pool``. Capitals and underscores do not count.
    """
    known = set(candidates)
    meant = [each for each in porting.elsewhere(word[:_LONGEST]) if each in known]
    if meant:
        return (meant[0],)
    ranked = sorted((_remoteness(word[:_LONGEST], each), each) for each in known)
    return tuple(each for remoteness, each in ranked if remoteness <= _PARTS)[:limit]


_PREFIX, _PARTS, _REMOTE = 3, 4, 5
_SHORTEST_PREFIX = 3


def _remoteness(word: str, other: str) -> int:
    """Rank how far a candidate is: its slips, or a rank behind them."""
    plain, target = _plain(word), _plain(other)
    allowed = min(2, (len(plain) + 1) // 3)
    slips = _slips(plain, target) if abs(len(plain) - len(target)) <= allowed else _REMOTE
    if slips <= allowed:
        return slips
    shorter = min(len(plain), len(target))
    if shorter >= _SHORTEST_PREFIX and plain[:shorter] == target[:shorter]:
        return _PREFIX
    parts = set(word.lower().split("_"))
    return _PARTS if parts < set(other.split("_")) else _REMOTE


def _plain(word: str) -> str:
    return word.lower().replace("_", "")


def _slips(word: str, other: str) -> int:
    """Count the slips between two words (Damerau and Levenshtein's optimal alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, target in enumerate(other, 1):
            changed = rows[-1][j - 1] + (letter != target)
            row.append(min(rows[-1][j] + 1, row[-1] + 1, changed))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == target:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
