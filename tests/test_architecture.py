"""The walls of the house: sizes, imports, and what a start may load."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import archspec
from archspec import operators as _registers  # noqa: F401
from archspec.operator import operators

ROOT = Path(__file__).parents[1]
FOLDERS = ("archspec", "backends", "tests", "website")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
CORE = [path for path in FILES if path.is_relative_to(ROOT / "archspec")]
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
HEAVY = frozenset(RUFF["flake8-tidy-imports"]["banned-module-level-imports"])
SELDOM = frozenset(
    {
        "archspec.graph.invariants",
        "archspec.graph.repeats",
        "archspec.graph.rewriting",
        "archspec.language.advice.misshapen",
        "archspec.language.advice.porting",
        "archspec.language.advice.strays",
        "archspec.training.recipes",
        "difflib",
        "hashlib",
        "subprocess",
    }
)
"""What a spec without mistakes never needs, and every command would load at its start."""
FRAMEWORKS = frozenset({"jax", "keras", "numpy", "safetensors", "tensorflow", "torch"})

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


def place(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(TREES[path]) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Count the lines of a function from behind its docstring."""
    start = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    first = (start.end_lineno or start.lineno) + 1 if has_docstring else start.lineno
    return (function.end_lineno or first) - first + 1


def argument_count(function: Function) -> int:
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def late_imports(path: Path) -> Iterator[Import]:
    """Find the imports that wait until a function runs."""
    return (
        node
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, Import)
    )


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removeprefix("backends.").removesuffix(".__init__")


MODULES = {module_name(path): path for path in FILES}


def imported(node: Import) -> list[str]:
    """Name the modules that an import asks for; in ``from a import b`` that is ``a.b`` or ``a``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    candidates = [f"{node.module}.{alias.name}" for alias in node.names]
    return [name if name in MODULES else str(node.module) for name in candidates]


def loaded_by(code: str) -> frozenset[str]:
    """Run ``code`` in a new Python and list the modules that it leaves loaded."""
    report = "\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(done.stdout.splitlines()[-1].split())


def loaded_by_command(*arguments: str) -> frozenset[str]:
    """Run the command line as its entry point does and list what it leaves loaded."""
    return loaded_by(
        "import contextlib, sys\n"
        f"sys.argv = {['archspec', *arguments]!r}\n"
        "from archspec.commands.main import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
    )


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert [f"{path.relative_to(ROOT)}: {n}" for path, n in lengths.items() if n > 400] == []


def test_no_function_is_longer_than_40_lines_without_its_docstring() -> None:
    found = [(path, each) for path in FILES for each in functions(path) if body_lines(each) > 40]
    assert [place(path, function) for path, function in found] == []


def test_no_function_takes_more_than_six_arguments() -> None:
    found = [(path, each) for path in FILES for each in functions(path) if argument_count(each) > 6]
    assert [place(path, function) for path, function in found] == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        name: {
            target
            for node in ast.walk(TREES[path])
            if isinstance(node, Import)
            for target in imported(node)
            if target in MODULES
        }
        for name, path in MODULES.items()
    }
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, which names them
    assert set(order) == set(MODULES)


NAMED_ELSEWHERE = {
    "attributes.py": "the bounds of JSON Schema, called like the merges `minimum` and `maximum`",
    "emission/names.py": "functions of emitted sources, some of them called like operators",
    "language/advice/calls.py": "the calls of other tools",
    "language/advice/porting.py": "the words of other tools",
    "weights/file.py": "the conventions that a file of weights tells",
    "weights/writing.py": "the classes of Keras",
}
"""Where the words of operators stand beside what others call them, or in what files say."""


def words_in(node: ast.AST) -> set[str]:
    """List the words of operators in a table that is written out, or beside a comparison."""
    match node:
        case ast.Dict(keys=found) | ast.Set(elts=found) | ast.Tuple(elts=found):
            pass
        case ast.List(elts=found) | ast.Compare(comparators=found):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split")):
            return {*text.split()} & operators().keys()
        case _:
            return set()
    values = (each.value for each in found if isinstance(each, ast.Constant))
    return {each for each in values if isinstance(each, str)} & operators().keys()


def test_no_table_of_operators_by_their_words_stands_beside_their_traits() -> None:
    tables = {
        path.relative_to(ROOT / "archspec").as_posix()
        for path in CORE
        if any(len(words_in(node)) > 1 for node in ast.walk(TREES[path]))
    }
    assert tables == NAMED_ELSEWHERE.keys()


def test_only_the_graph_has_imports_for_type_checkers_alone() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if path != Path(__file__) and "TYPE_CHECKING" in path.read_text("utf-8")
    ]
    assert found in ([], ["archspec/graph/graph.py"])


def test_late_imports_serve_what_is_heavy_or_seldom_the_bodies_of_verbs_and_public_names() -> None:
    free = [ROOT / "archspec/__init__.py", *(ROOT / "archspec/commands").rglob("*.py")]
    assert [
        place(path, node)
        for path in CORE
        if path not in free
        for node in late_imports(path)
        if not any((HEAVY | SELDOM) & {name, name.partition(".")[0]} for name in imported(node))
    ] == []


def test_no_module_of_ours_imports_the_package_itself_which_another_project_may_overwrite() -> None:
    assert [
        place(path, node)
        for path in CORE
        for node in ast.walk(TREES[path])
        if isinstance(node, Import) and "archspec" in imported(node)
    ] == []


def test_no_public_name_is_the_name_of_a_module_which_would_take_its_place_once_imported() -> None:
    names = {path.stem for path in (ROOT / "archspec").iterdir()}
    shared = names & set(archspec.__all__)
    assert [
        name for name in shared if getattr(archspec, name) is not sys.modules[f"archspec.{name}"]
    ] == []


def test_the_files_that_spacks_archspec_owns_are_left_to_it() -> None:
    owned = ("__main__.py", "cli.py", "cpu", "json", "vendor")
    assert [name for name in owned if (ROOT / "archspec" / name).exists()] == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import archspec") & (HEAVY | FRAMEWORKS | {"click", "yaml"}) == set()


def test_the_help_of_the_command_loads_nothing_heavy() -> None:
    assert loaded_by_command("--help") & (HEAVY | FRAMEWORKS) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["count"],
        ["show"],
        ["draw"],
        ["emit", "--backend", "torch"],
        ["solve", "--for", "k,l"],
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_a_verb_that_runs_no_model_loads_no_framework(arguments: list[str]) -> None:
    loaded = loaded_by_command(*arguments, "specs/inception_v4.yaml")
    assert loaded & FRAMEWORKS == set()


@pytest.mark.parametrize("verb", ["check", "count"])
def test_checking_and_counting_load_neither_networkx_nor_what_a_sound_spec_needs_not(
    verb: str,
) -> None:
    loaded = loaded_by_command(verb, "specs/inception_v4.yaml")
    assert loaded & (SELDOM | {"networkx", "importlib.metadata"}) == set()


def at_the_start(name: str) -> set[str]:
    """List the modules that importing one imports, directly or not."""
    found, ahead = {name}, [name]
    while ahead:
        body = TREES[MODULES[ahead.pop()]].body
        read = {each for node in body if isinstance(node, Import) for each in imported(node)}
        ahead += (read - found) & MODULES.keys()
        found |= read
    return found


@pytest.mark.parametrize("backend", ["archspec_torch", "archspec_tensorflow"])
def test_running_a_model_needs_none_of_the_libraries_that_read_images(backend: str) -> None:
    assert f"{backend}.source" in at_the_start(f"{backend}.table")
    assert at_the_start(f"{backend}.runtime").isdisjoint({"grain", "PIL"})
