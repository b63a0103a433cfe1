"""Models of Keras, live ones and files, become specs that compute the same."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
"""TensorFlow's variables know nothing of numpy 2's keyword when Keras saves them."""

import keras  # noqa: E402

import archspec  # noqa: E402
from archspec.importing import source as source_module  # noqa: E402
from archspec.importing.imported import Untranslatable  # noqa: E402
from archspec.importing.importing import ImportedSpec, spec_of  # noqa: E402
from archspec.importing.order import Order  # noqa: E402
from archspec_tensorflow.importing import archive, live  # noqa: E402
from archspec_tensorflow.importing.keras_names import cells  # noqa: E402
from tests.commands.running import run  # noqa: E402
from tests.importing import keras_models  # noqa: E402

ORDER = Order("tests", {}, {}, verify=False)


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    keras.utils.clear_session()
    return {make.__name__: keras_models.shaken(make()) for make in keras_models.MODELS}


def imported(model: Any) -> ImportedSpec:
    return spec_of(live.network(model, {}, "tests"), ORDER)


def saved(model: Any, folder: Path) -> Path:
    file = folder / "net.keras"
    model.save(file)
    return file


def computed(found: ImportedSpec, given: Any) -> list[Any]:
    values = archspec.interpret(found.graph, found.tensors, {"input": given}, dtype="float64")
    return [values[path] for path in found.graph.outputs.values()]


@pytest.mark.parametrize("name", [each.__name__ for each in keras_models.MODELS])
def test_the_spec_computes_in_the_interpreter_what_the_model_and_its_file_compute(
    name: str, models: dict[str, Any], tmp_path: Path
) -> None:
    model = models[name]
    given = np.random.default_rng(1).standard_normal((2, *model.input_shape[1:])).astype("float32")
    theirs = model(given, training=False)
    wanted = theirs if isinstance(theirs, list) else [theirs]
    found = imported(model)
    for each, ours in zip(wanted, computed(found, given), strict=True):
        np.testing.assert_allclose(ours, each.numpy(), rtol=2e-5, atol=2e-5)
    read = spec_of(archive.network(saved(model, tmp_path), {}, "tests"), ORDER)
    assert read.text == found.text
    assert all((read.tensors[key] == each).all() for key, each in found.tensors.items())


def test_the_files_that_the_command_writes_give_what_the_model_computes(
    models: dict[str, Any], tmp_path: Path
) -> None:
    model, made = models["flattened"], tmp_path / "made"
    done = run("import", saved(model, tmp_path), "-o", made, "--no-verify")
    assert done.exit_code == 0, done.output
    graph = archspec.load(made / "net.yaml")
    built = archspec.build(graph, "tensorflow", made / "weights.safetensors")
    given = np.random.default_rng(1).standard_normal((2, *model.input_shape[1:])).astype("float32")
    ours, theirs = (each(given, training=False) for each in (built, model))
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", ["residual", "mixed", "gated", "nested", "upwards", "cropped"])
def test_the_spec_has_the_weights_that_keras_counts(name: str, models: dict[str, Any]) -> None:
    model, found = models[name], imported(models[name])
    trained = sum(each.numpy().size for each in model.trainable_weights)
    assert archspec.count(found.graph).parameters == trained
    assert sum(each.size for each in found.tensors.values()) == model.count_params()


def test_names_of_layers_are_modules(models: dict[str, Any]) -> None:
    text = imported(models["residual"]).text
    assert "2 x block" in text
    assert "  - stage 4 -> 2x2x4\n  - stage 8 -> 1x1x8\n" in text
    assert "  - conv 7x7 4 /2 symmetric" in text
    assert "pad" not in text.replace("padding", "")


def test_branches_belong_to_the_merge_that_has_a_name(models: dict[str, Any]) -> None:
    text = imported(models["mixed"]).text
    assert "  - mixed 2 -> 8x8x8\n  - 2 x mixed 3 -> 8x8x9\n" in text


def test_a_module_with_the_number_of_another_is_put_where_its_branch_leads(
    models: dict[str, Any],
) -> None:
    text = imported(models["halves"]).text
    assert "  - mixed 2 -> 4x4x6\n  - mixed 3 " in text


def test_names_that_end_in_the_numbers_of_cells_tell_the_cells() -> None:
    layers = ("conv_1", "bn_1", "conv_2", "bn_2")
    sides = [f"sep_{each}_{side}1" for each in layers for side in ("left", "right")]
    names = [
        f"{each}_{end}" for end in ("stem_1", "0", "1") for each in (*sides, "a_add", "a_concat")
    ]
    found = cells({name: name for name in (*names, "predictions")})
    assert found["a_concat_stem_1"] == ("stem_1",)
    assert found["a_add_0"] == ("cell_0",)
    assert found["sep_conv_1_left1_0"] == found["sep_bn_2_left1_0"] == ("cell_0", "sep_1")
    assert "predictions" not in found
    assert cells({name: name for name in ("conv_1", "conv_2", "predictions")}) == {}


def test_data_are_prepared_in_the_words_of_specs(models: dict[str, Any]) -> None:
    text = imported(models["prepared"]).text
    assert "standardize mean=127.5 deviation=127.5" in text
    assert "standardize mean=[0.1,0.2,0.3] deviation=[1.0,2.0,3.0]" in text
    assert "hard_sigmoid" in text
    assert "drop_path 0.2" in text


def test_a_nested_model_is_a_module_of_its_name(models: dict[str, Any]) -> None:
    scopes = live.network(models["nested"], {}, "tests").graph.scopes.values()
    assert {"encoder", "mixer"} <= {each.word for each in scopes}


def test_inputs_stand_in_the_order_of_the_arguments() -> None:
    left, right = (keras.Input((4, 4, 2), name=name) for name in ("left", "right"))
    x = keras.layers.Subtract()([keras.layers.ReLU()(right), left])
    for given in ([left, right], [right, left]):
        graph = live.network(keras.Model(given, x), {}, "two").graph
        assert [*graph.inputs] == [each.name for each in given]


def test_a_live_model_is_imported_and_proved(models: dict[str, Any]) -> None:
    found = archspec.import_model(models["residual"], name="small")
    assert found.graph.name == "small"
    assert found.difference is not None
    assert found.difference < 1e-6


def test_a_proof_finds_other_weights(models: dict[str, Any]) -> None:
    found = archspec.import_model(models["residual"])
    source = source_module.live(models["residual"], "small")
    for key in (each for each in found.tensors if each.startswith("conv.")):
        tensors = {**found.tensors, key: found.tensors[key] * 1.01}
        assert source.prove(found.graph, tensors).difference > 1e-5, key


def test_every_layer_without_a_word_is_named_with_its_reason() -> None:
    with pytest.raises(Untranslatable) as refused:
        live.network(keras_models.wordless(), {}, "wordless")
    assert [(each.operator, each.place) for each in refused.value.missing] == [("Own", "own")]
    turned = [keras.Input((4, 4, 3)), keras.layers.Permute((2, 1, 3))]
    with pytest.raises(Untranslatable) as refused:
        live.network(keras.Sequential([*turned, keras.layers.Conv2D(2, 1)]), {}, "wordless")
    assert [each.operator for each in refused.value.missing] == ["Conv2D"]
    with pytest.raises(Untranslatable, match="channels are not last"):
        live.network(keras.Sequential(turned), {}, "wordless")


class Sized(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A layer of one's own that takes a number and describes itself by that alone."""

    def __init__(self, size: int, **told: Any) -> None:
        super().__init__(**told)
        self.size = size

    def call(self, x: Any) -> Any:
        """Return what arrives."""
        return x


def test_layers_of_ones_own_and_activations_without_names_are_refused_by_name() -> None:
    odd = keras.layers.Conv2D(2, 1, activation=keras.layers.ReLU(max_value=2))
    for layer, operator, reason in ((Sized(3), "Sized", "no word"), (odd, "Conv2D", "without a")):
        with pytest.raises(Untranslatable) as refused:
            live.network(keras.Sequential([keras.Input((4, 4, 3)), layer]), {}, "net")
        (found,) = refused.value.missing
        assert found.operator == operator
        assert reason in found.reason


def test_half_precision_is_refused_with_a_way_out() -> None:
    half = keras.layers.Conv2D(2, 1, dtype="mixed_float16")
    with pytest.raises(Untranslatable, match="Conv2D computes in half precision") as refused:
        live.network(keras.Sequential([keras.Input((4, 4, 3)), half]), {}, "net")
    assert "float32" in refused.value.help


def test_a_model_that_takes_a_dict_is_given_one() -> None:
    given = keras.Input((4, 4, 3), name="image")
    model = keras.Model({"image": given}, keras.layers.Conv2D(2, 1)(given))
    assert archspec.import_model(model).difference == 0


@pytest.mark.parametrize("is_file", [False, True])
def test_outputs_are_called_what_the_keys_of_dicts_call_them(is_file: bool, tmp_path: Path) -> None:
    image = keras.Input((4, 4, 3))
    flat = keras.layers.Flatten()(image)
    two, three = (keras.layers.Dense(units)(flat) for units in (2, 3))
    model = keras.Model(image, {"logits": three, "boxes": [two, keras.layers.ReLU()(two)]})
    if is_file:
        found = spec_of(archive.network(saved(model, tmp_path), {}, "tests"), ORDER)
    else:
        found = archspec.import_model(model)
    sizes = {
        name: str(found.graph.nodes[path].output) for name, path in found.graph.outputs.items()
    }
    assert sizes == {"logits": "3", "boxes_0": "2", "boxes_1": "2"}


def test_keys_that_name_nothing_are_numbers() -> None:
    image = keras.Input((4,))
    outputs = {key: keras.layers.Dense(2)(image) for key in ("1st", "2nd")}
    graph = live.network(keras.Model(image, outputs), {}, "tests").graph
    assert [*graph.outputs] == ["output_0", "output_1"]


def test_outputs_of_a_nested_model_are_found_by_their_keys() -> None:
    """Keras numbers the values of a dict by the order of its keys, not as they are written."""
    given = keras.Input((4,))
    both = {"wide": keras.layers.Dense(3)(given), "narrow": keras.layers.Dense(2)(given)}
    inner = keras.Model(given, both, name="inner")
    image = keras.Input((4,))
    left = inner(image)
    found = archspec.import_model(keras.Model(image, {"a": left["wide"], "b": left["narrow"]}))
    sizes = [str(found.graph.nodes[path].output) for path in found.graph.outputs.values()]
    assert sizes == ["3", "2"]


def test_cells_that_are_copied_by_their_centres_have_no_word_but_for_whole_factors() -> None:
    """Of two rows Keras copies the first, the second and the second to three, PyTorch another."""
    resizing = keras.layers.Resizing(3, 2, interpolation="nearest")
    model = keras.Sequential([keras.Input((2, 2, 1)), resizing])
    rows = model(np.arange(4, dtype="float32").reshape(1, 2, 2, 1))[0, :, 0, 0]
    assert rows.numpy().tolist() == [0, 2, 2]
    with pytest.raises(Untranslatable) as refused:
        live.network(model, {}, "copied")
    assert ["centres" in each.reason for each in refused.value.missing] == [True]


def packed(file: Path, *, weights: bytes | None = None, **changed: Any) -> Path:
    """Write a file again, with other weights or another description."""
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    described = {**json.loads(parts["config.json"]), **changed}
    parts["config.json"] = json.dumps(described).encode()
    parts["model.weights.h5"] = weights or parts["model.weights.h5"]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return file


def refusal(file: Path) -> str:
    with pytest.raises(Untranslatable) as refused:
        archive.network(file, {}, "net")
    return str(refused.value) + "; ".join(each.reason for each in refused.value.missing)


@pytest.fixture
def file(models: dict[str, Any], tmp_path: Path) -> Path:
    return saved(models["flattened"], tmp_path)


def config_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as opened:
        found: dict[str, Any] = json.loads(opened.read("config.json"))
    return found["config"]  # type: ignore[no-any-return]


def test_a_file_that_names_code_of_others_is_refused(file: Path) -> None:
    config = config_of(file)
    hidden = {"module": "os", "class_name": "system", "config": "true"}
    config["layers"][1]["config"]["kernel_initializer"] = hidden
    assert "it names code that is not Keras's: os.system" in refusal(packed(file, config=config))


def test_a_layer_of_others_is_none_of_keras_of_the_same_name(file: Path) -> None:
    config = config_of(file)
    config["layers"][1]["module"] = "theirs"
    assert "archspec has no word for it" in refusal(packed(file, config=config))


def test_a_lambda_layer_is_not_read(file: Path) -> None:
    config = config_of(file)
    code = {"class_name": "__lambda__", "config": {"value": "4wAAAA=="}}
    config["layers"][2] |= {"class_name": "Lambda"}
    config["layers"][2]["config"]["function"] = code
    assert "archspec has no word for it" in refusal(packed(file, config=config))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"class_name": "Theirs"}, "it holds a Theirs"),
        ({"config": {"layers": 3}}, "damaged"),
        ({"config": None}, "damaged"),
    ],
)
def test_a_damaged_description_is_refused(change: Any, said: str, file: Path) -> None:
    assert said in refusal(packed(file, **change))


def test_a_cycle_is_refused(models: dict[str, Any], tmp_path: Path) -> None:
    file = saved(models["mixed"], tmp_path)
    config = config_of(file)
    first = next(each for each in config["layers"] if each["class_name"] == "Conv2D")
    history = first["inbound_nodes"][0]["args"][0]["config"]["keras_history"]
    history[0] = config["layers"][-1]["name"]
    assert "it has a cycle" in refusal(packed(file, config=config))


def test_models_nested_in_one_another_without_end_are_refused(file: Path) -> None:
    config = config_of(file)
    for _ in range(40):
        inner = {"class_name": "Sequential", "module": "keras", "config": config}
        config = {"name": "outer", "layers": [config["layers"][0], inner]}
    assert "nested" in refusal(packed(file, config=config))


def test_weights_of_other_layers_are_refused(file: Path) -> None:
    config = config_of(file)
    config["layers"][-1]["config"]["units"] = 5
    assert "its weights are none of its layers'" in refusal(packed(file, config=config))
    config["layers"][1]["config"]["filters"] = 5
    assert "its weights or its description do not fit" in refusal(packed(file, config=config))
    assert "its weights cannot be read" in refusal(packed(file, weights=b"no weights"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "net.keras"
    file.write_bytes(content)
    assert "it is no file of Keras, or a damaged one" in refusal(file)


def test_a_description_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("config.json", b" " * (1 << 27))
    file = tmp_path / "net.keras"
    file.write_bytes(content.getvalue())
    assert "its layers claim" in refusal(file)


WITHOUT = """
import sys
for name in ("torch", "tensorflow", "keras"):
    sys.modules[name] = None
from pathlib import Path
from archspec_tensorflow.importing import archive
print(len(archive.network(Path(sys.argv[1]), {}, "net").tensors))
"""


def test_a_file_is_translated_without_any_framework(file: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(file)], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "8"
