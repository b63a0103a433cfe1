"""The names that get a trailing underscore in paths: a fixed part of version 1 of the language.

The list is frozen, since paths are the keys of weights: no release, no version of Python and no
framework may rename a tensor of an existing spec. It contains the keywords of Python 3.11 and the
attributes of ``Sequential`` in PyTorch 2 and of layers and models in Keras 3 when the version was
set. Names that a framework has reserved since are escaped and restored by its backend.
"""

OWNED = frozenset(
    """
    activity_regularizer add_loss add_metric add_module add_variable add_weight and append apply
    as assert async autocast await bfloat16 break buffers build build_from_config built call
    call_signature_parameters call_super_init children class compile compile_from_config
    compiled compiled_loss compiled_metrics compute_dtype compute_loss compute_loss_and_updates
    compute_mask compute_metrics compute_output_shape compute_output_spec continue count_params
    cpu cuda def del distribute_reduction_method distribute_strategy double dtype dtype_policy
    dump_patches elif else eval evaluate except export extend extra_repr finally fit float for
    forward from from_config get_buffer get_build_config get_compile_config get_config
    get_extra_state get_layer get_metrics_result get_parameter get_quantization_layer_structure
    get_state_tree get_submodule get_weights global half if import in input input_dtype
    input_shape input_spec inputs insert ipu is jit_compile lambda layers load_own_variables
    load_state_dict load_weights loss losses make_predict_function make_test_function
    make_train_function metrics metrics_names metrics_variables modules mtia name named_buffers
    named_children named_modules named_parameters non_trainable_variables non_trainable_weights
    nonlocal not operations or output output_names output_shape outputs parameters pass path pop
    predict predict_function predict_on_batch predict_step quantization_mode quantize
    quantized_build quantized_call raise register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook rematerialized_call reset_metrics
    return run_eagerly save save_own_variables save_weights set_extra_state set_state_tree
    set_submodule set_weights share_memory state_dict stateless_call stateless_compute_loss
    steps_per_execution summary supports_jit supports_masking symbolic_call test_function
    test_on_batch test_step to to_empty to_json train train_function train_on_batch train_step
    trainable trainable_variables trainable_weights training try type
    unrolled_steps_per_execution variable_dtype variables weights while with xpu yield zero_grad
    """.split()
)
