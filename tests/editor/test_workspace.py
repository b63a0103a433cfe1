"""What is read again, what is not, and what is not read at all."""

from __future__ import annotations

from pathlib import Path

from archspec.editor import workspace
from archspec.editor.outline import outline
from archspec.editor.workspace import Workspace
from archspec.source import MAXIMUM_BYTES
from tests.editor.opened import NET, opened
from tests.editor.test_names import PARTS, USER


def test_a_text_is_read_once(tmp_path: Path) -> None:
    at = opened(tmp_path, NET)
    assert at.reading is at.reading


def test_an_edit_of_another_document_is_no_reason_to_read_it_again(tmp_path: Path) -> None:
    at = opened(tmp_path, NET)
    before = at.reading
    at.workspace.put((tmp_path / "other.yaml").resolve(), USER)
    assert at.reading is before


def test_a_change_on_the_disk_of_an_imported_file_is_seen(tmp_path: Path) -> None:
    parts = tmp_path / "parts.yaml"
    parts.write_text(PARTS)
    at = opened(tmp_path, USER, "user.yaml")
    assert not at.reading.diagnostics
    parts.write_text(PARTS.replace("conv 3x3 k", "conv 3x3 kernels"))
    assert [each.code for each in at.reading.diagnostics] == ["expression/unknown-name"]


def test_a_diagnostic_belongs_to_the_file_that_it_is_in(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS.replace("relu", "rleu"))
    at = opened(tmp_path, USER, "user.yaml")
    found = {path.name: [each.code for each in all_] for path, all_ in at.reading.by_file().items()}
    assert found == {"user.yaml": [], "parts.yaml": ["word/unknown"]}


def test_the_importers_of_an_edited_document_are_known(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    at = opened(tmp_path, USER, "user.yaml")
    assert not at.reading.diagnostics
    parts = (tmp_path / "parts.yaml").resolve()
    at.workspace.put(parts, PARTS)
    assert at.workspace.importers(parts) == [at.path]


def test_a_recipe_has_diagnostics(tmp_path: Path) -> None:
    at = opened(tmp_path, "recipe: 1\nepoch: 3\n", "recipe.yaml")
    assert {each.code for each in at.reading.diagnostics} >= {"recipe/key"}


def test_yaml_of_other_tools_is_left_alone(tmp_path: Path) -> None:
    at = opened(tmp_path, "services: {web: [}\n", "compose.yaml")
    assert not at.reading.diagnostics


def test_broken_yaml_keeps_the_last_reading_for_names(tmp_path: Path) -> None:
    at = opened(tmp_path, NET)
    assert at.reading.document is not None
    at.workspace.put(at.path, NET + "outputs: [")
    assert [each.code.partition("/")[0] for each in at.reading.diagnostics] == ["yaml"]
    assert at.workspace.good[at.path].source.text == NET


def test_a_buffer_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    at = opened(tmp_path, "archspec: 1\n" + "#" * MAXIMUM_BYTES)
    assert [each.code for each in at.reading.diagnostics] == ["file/too-large"]


def test_a_new_document_need_not_be_on_the_disk(tmp_path: Path) -> None:
    assert opened(tmp_path, NET, "unsaved.yaml").reading.diagnostics == ()


def test_only_the_folders_of_the_workspace_are_searched(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    for folder in (tmp_path, inside, inside / ".hidden", inside / "node_modules"):
        folder.mkdir(exist_ok=True)
        (folder / "net.yaml").write_text(NET)
    (inside / "link.yaml").symlink_to(tmp_path / "net.yaml")
    searched = Workspace((inside.resolve(),)).naming("pair")
    assert [each.path for each in searched] == [(inside / "net.yaml").resolve()]


def test_a_search_ends_in_a_folder_of_any_size(tmp_path: Path) -> None:
    for number in range(workspace.MOST_FILES + 5):
        (tmp_path / f"{number}.yaml").write_text("archspec: 1\n# pair\n")
    assert len(list(Workspace((tmp_path,)).naming("pair"))) == workspace.MOST_FILES


def test_an_outline_has_sections_modules_and_the_steps_of_the_network(tmp_path: Path) -> None:
    found = {each.name: each for each in outline(opened(tmp_path, NET).reading)}
    assert [(each.name, each.detail) for each in found["parts"].inside] == [("pair", "k, stride=1")]
    assert [(each.name, each.detail) for each in found["network"].inside] == [
        ("first", "8x8x4"),
        ("add", "8x8x4"),
        ("pair", "4x4x8"),
        ("global_avg_pool", "8"),
        ("dense", "10"),
    ]


def test_specs_of_the_folders_are_read_ahead_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    (tmp_path / "user.yaml").write_text(USER)
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    warmed = Workspace((tmp_path.resolve(),))
    assert [path.name for path in warmed.warm()] == ["parts.yaml", "user.yaml"]
    user = (tmp_path / "user.yaml").resolve()
    assert warmed.names(user) is warmed.names(user)
