"""Input that is meant to break things is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.golden_files import Golden

SHOWN = Path(__file__).parent / "shown" / "bad_input"
HEAD = "archspec: 1\nname: bad\ninput: 8x8x3\n"


def spec(text: str) -> Callable[[], str]:
    """Put a text behind the head of a spec."""

    def write() -> str:
        Path("bad.yaml").write_text(HEAD + text)
        return "bad.yaml"

    return write


def raw(content: bytes) -> Callable[[], str]:
    """Make a file of these bytes."""

    def write() -> str:
        Path("bad.yaml").write_bytes(content)
        return "bad.yaml"

    return write


def _folder() -> str:
    Path("folder").mkdir()
    return "folder"


def _circle() -> str:
    for here, there in (("a", "b"), ("b", "c"), ("c", "a")):
        text = f"archspec: 1\nimport: {{{there}.yaml: [{there}]}}\nblocks: {{{here}: [{there}]}}\n"
        Path(f"{here}.yaml").write_text(text)
    return "a.yaml"


def _link_out_of_the_root() -> str:
    Path("root").mkdir()
    Path("secret.yaml").write_text("archspec: 1\nblocks: {unit: [relu]}\n")
    Path("root/link.yaml").symlink_to("../secret.yaml")
    Path("root/bad.yaml").write_text(f"{HEAD}import: {{link.yaml: [unit]}}\nnetwork: [unit]\n")
    return "root/bad.yaml"


BAD: dict[str, Callable[[], str]] = {
    "no_file": lambda: "bad.yaml",
    "folder_without_specs": _folder,
    "name_that_is_too_long": lambda: "a" * 300,
    "binary": raw(bytes(range(256)) * 64),
    "binary_that_is_utf_8": raw(b"archspec: 1\nname: a\x00b\n"),
    "empty": raw(b""),
    "comment_alone": raw(b"# nothing\n"),
    "not_utf_8": raw("archspec: 1\ndoc: größe\n".encode("latin-1")),
    "utf_16": raw("archspec: 1\n".encode("utf-16")),
    "list_at_the_top": raw(b"- conv 3x3 8\n"),
    "text_at_the_top": raw(b"conv 3x3 8\n"),
    "version_that_is_unknown": raw(b"archspec: 2\n"),
    "version_that_is_no_number": raw(b"archspec: one\n"),
    "version_that_comes_late": raw(b"name: bad\narchspec: 1\n"),
    "no_version": raw(b"name: bad\n"),
    "ten_megabytes": raw(b"# " + b"a" * 10_000_000),
    "hundred_thousand_brackets": spec("network: " + "[" * 100_000),
    "hundred_thousand_braces": spec("network: " + "{a: " * 100_000),
    "alias_bomb": spec(
        "doc: &a0 ha\n"
        + "".join(f"k{n}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9))
    ),
    "alias_of_itself": spec("network: &a [*a]\n"),
    "duplicate_keys": spec("params: {k: 1}\nnetwork: [relu]\nparams: {k: 2}\n"),
    "duplicate_names": spec("params: {k: 1, k: 2}\nnetwork: [conv 3x3 k]\n"),
    "imports_in_a_circle": _circle,
    "import_of_itself": spec("import: {bad.yaml: [unit]}\nnetwork: [relu]\n"),
    "import_that_is_not_there": spec("import: {other.yaml: [unit]}\nnetwork: [relu]\n"),
    "import_out_of_the_root": spec("import: {../secret.yaml: [unit]}\nnetwork: [relu]\n"),
    "import_by_an_absolute_path": spec("import: {/etc/passwd: [unit]}\nnetwork: [relu]\n"),
    "import_of_a_null_character": spec('import: {"a\\0b": [unit]}\nnetwork: [relu]\n'),
    "link_out_of_the_root": _link_out_of_the_root,
    "from_a_later_step": spec("network: [conv 3x3 8 from later, conv 3x3 8 as later]\n"),
    "from_itself": spec("network: [conv 3x3 8 from same_step as same_step]\n"),
    "module_inside_itself": spec("blocks: {a: [2 x a]}\nnetwork: [a]\n"),
    "modules_inside_each_other": spec("parts: {a: [b], b: [c], c: [a]}\nnetwork: [a]\n"),
    "too_many_repeats": spec("network: [999999999999 x relu]\n"),
    "repeats_of_repeats": spec(
        "parts:\n  a: [1000 x relu]\n  b: [1000 x a]\n  c: [1000 x b]\nnetwork: [1000 x c]\n"
    ),
    "too_many_digits": spec(f"network: [conv 3x3 {'9' * 5000}]\n"),
    "kernel_of_too_many_digits": spec(f"network: [conv {'9' * 5000}x3 8]\n"),
    "contract_of_too_many_digits": spec(f"network: [relu -> {'9' * 5000}x8x3]\n"),
    "power": spec("network: [conv 3x3 9**9**9]\n"),
    "expression_that_is_too_long": spec(f"network: [conv 3x3 1{'+1' * 5000}]\n"),
    "expression_that_is_too_deep": spec(f"network: [conv 3x3 {'(' * 90}1{')' * 90}]\n"),
    "expression_that_grows": spec("params: {k: 999999999}\nnetwork: [conv 3x3 k*k*k*k]\n"),
    "size_that_is_too_large": spec("network: [upsample 999999999, upsample 999999999]\n"),
    "infinite_param": spec("params: {k: .inf}\nnetwork: [k x relu]\n"),
    "param_that_is_not_a_number": spec("params: {k: .nan}\nnetwork: [conv 3x3 k]\n"),
    "name_that_is_a_keyword": raw(b"archspec: 1\nname: class\ninput: 8x8x3\nnetwork: [relu]\n"),
    "name_that_is_code": raw(
        b'archspec: 1\nname: "x(): import os #"\ninput: 8x8x3\nnetwork: [relu]\n'
    ),
    "name_that_is_a_path": raw(b"archspec: 1\nname: ../../bad\ninput: 8x8x3\nnetwork: [relu]\n"),
    "name_that_python_owns": spec("network: [relu as __class__]\n"),
    "name_in_other_letters": spec("network: [relu as größe]\n"),
    "python_in_yaml": spec("network: !!python/object/apply:os.system [true]\n"),
    "python_in_an_expression": spec("network: [\"conv 3x3 __import__('os')\"]\n"),
    "terminal_codes": spec('network: ["relu as \\e[31m\\u202e"]\n'),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_these_words(
    name: str, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check", BAD[name]())
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code in (1, 2)
    golden.assert_kept(SHOWN / f"{name}.txt", result.stdout)


@pytest.mark.parametrize(
    "output", ["missing/model.py", "file.txt/model.py", "."], ids=["missing", "file", "folder"]
)
def test_an_output_that_cannot_be_written_is_a_wrong_command_and_leaves_nothing(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file.txt").write_text("kept")
    result = run("emit", "zoo:vgg_16", "--backend", "torch", "-o", output)
    assert result.exit_code == 2
    assert f"Error: cannot write {output}: " in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["file.txt"]
