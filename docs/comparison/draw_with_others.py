"""Draw Inception-ResNet-v2, and its block B, with the tools that docs/drawing.md compares.

The models are those that archspec writes, so that every tool draws the same network. In an
environment of its own, in a checkout, with Graphviz, Chromium and its driver installed:

    pip install '.[torch,onnx,tensorflow-cpu]' pillow pydot selenium
    pip install torchview netron ai-edge-model-explorer
    python docs/comparison/draw_with_others.py torchview
    python docs/comparison/draw_with_others.py plot_model
    python docs/comparison/draw_with_others.py netron
    python docs/comparison/draw_with_others.py model_explorer
    python docs/comparison/draw_with_others.py archspec

Each writes its pictures beside this file and prints its version and the size of what it drew.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import archspec

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "specs" / "inception_resnet_v2.yaml"
BLOCK = "inception_resnet_b.0"
WIDEST, HIGHEST = 1000, 1400
"""Pixels of a picture: what a page has room for."""
PORT = 18099
"""Of the loopback address, for tools that are pages."""


def torch_modules(scratch: Path) -> dict[str, tuple[Any, tuple[int, ...]]]:
    """Build the network and its block for PyTorch, each with the shape that it takes."""
    (scratch / "model.py").write_text(archspec.emit(archspec.load(SPEC), "torch"), "utf-8")
    sys.path.insert(0, str(scratch))
    network = import_module("model").build().eval()
    block = network.get_submodule(BLOCK)
    return {"net": (network, (1, 3, 299, 299)), "block": (block, (1, 1152, 17, 17))}


def torchview(scratch: Path) -> None:
    """Draw as torchview does if asked for nothing, and the block with all that is in it."""
    from torchview import draw_graph

    for name, (module, shape) in torch_modules(scratch).items():
        options = {"depth": 9, "expand_nested": True} if name == "block" else {}
        drawn = draw_graph(module, input_size=shape, device="cpu", **options).visual_graph
        drawn.graph_attr.pop("size", None)
        drawn.render(scratch / name, format="png", cleanup=True)
        keep("torchview", name, scratch / f"{name}.png")


def plot_model(scratch: Path) -> None:
    """Draw with Keras, shapes included."""
    import keras

    network = archspec.build(archspec.load(SPEC), "tensorflow")
    layers = {each.name: each for each in network.layers}
    arriving = layers[f"{BLOCK}.residual.body.concat.point.conv.conv2d"].input
    block = keras.Model(arriving, layers[f"{BLOCK}.residual.relu"].output)
    for name, model in {"net": network, "block": block}.items():
        file = scratch / f"{name}.png"
        keras.utils.plot_model(model, file, show_shapes=True, show_layer_names=True, dpi=72)
        keep("plot_model", name, file)


def netron(scratch: Path) -> None:
    """Open ONNX files with Netron's page."""
    import netron as server
    import torch

    for name, (module, shape) in torch_modules(scratch).items():
        file = scratch / f"{name}.onnx"
        torch.onnx.export(module, (torch.zeros(shape),), file, dynamo=True)
        host, port = server.start(str(file), browse=False)
        with browser(500, 1200) as driver:
            driver.get(f"http://{host}:{port}")
            wait(lambda: press(driver, "Accept") or driver.find_elements("css selector", "g.node"))
            # Few fonts have the brackets that it writes.
            driver.execute_script(_BRACKETS)
            driver.save_screenshot(str(scratch / "page.png"))
        keep("netron", name, scratch / "page.png")
        server.stop()


_BRACKETS = """
for (const each of document.querySelectorAll("tspan, text")) {
    const text = each.textContent.replace("\\u3008", "\\u27e8").replace("\\u3009", "\\u27e9");
    if (!each.children.length) each.textContent = text;
}
"""


def model_explorer(scratch: Path) -> None:
    """Open programs with Model Explorer: one level of the network, all of the block."""
    import torch

    for name, (module, shape) in torch_modules(scratch).items():
        program = torch.export.export(module, (torch.zeros(shape),))
        file = scratch / f"{name}.pt2"
        torch.export.save(program, file)
        opened = groups(program)
        with served(file), browser(900, 1200) as driver:
            shown = state(file, opened if name == "block" else opened[:1])
            driver.get(f"http://localhost:{PORT}/?data={quote(json.dumps(shown))}")
            wait(lambda: "GRAPH INFO" in driver.find_element("css selector", "body").text)
            time.sleep(5)  # while it moves to what is open
            driver.find_element("css selector", "canvas").screenshot(str(scratch / "page.png"))
        keep("model_explorer", name, scratch / "page.png")


def groups(program: Any) -> list[str]:
    """Name the groups of a program as Model Explorer does, outer ones first."""
    stacks = (node.meta.get("nn_module_stack", {}).values() for node in program.graph.nodes)
    named = ([group(layer) for layer in stack] for stack in stacks)
    opened = ("/".join(parts[:end]) for parts in named for end in range(1, len(parts) + 1))
    return [f"{each}___group___" for each in dict.fromkeys(opened)]


def group(layer: tuple[str, Any]) -> str:
    path, kind = layer
    name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}_{path.rpartition('.')[2]}" if path else name


def state(file: Path, opened: list[str]) -> dict[str, Any]:
    """Ask Model Explorer to show the file with some groups open."""
    pane = {
        "deepestExpandedGroupNodeIds": opened,
        "selectedNodeId": "",
        "selectedGraphId": "graph",
        "selectedCollectionLabel": file.name,
        "widthFraction": 1,
    }
    return {"models": [{"url": str(file)}], "uiState": {"paneStates": [pane]}}


def viewer(scratch: Path) -> None:
    """Open the page of archspec at a convolution of the block."""
    page = scratch / "page.html"
    page.write_bytes(archspec.draw(archspec.load(SPEC), "html", style="color"))
    with browser(1600, 1140) as driver:
        driver.get(f"{page.as_uri()}#{BLOCK}.residual.body.concat.long.conv_1")
        time.sleep(2)  # while it moves to what is open
        driver.save_screenshot(str(scratch / "page.png"))
    keep("archspec", "viewer", scratch / "page.png")


@contextmanager
def served(file: Path) -> Iterator[None]:
    """Run Model Explorer's server."""
    command = [str(Path(sys.executable).parent / "model-explorer"), str(file)]
    options = ["--no_open_in_browser", "--port", str(PORT)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            next(line for line in server.stdout if "http://" in line)
            yield
        finally:
            server.terminate()


@contextmanager
def browser(width: int, height: int) -> Iterator[Any]:
    """Run Chromium without a screen."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for each in ("headless=new", "no-sandbox", "hide-scrollbars", "enable-unsafe-swiftshader"):
        options.add_argument(f"--{each}")
    options.add_argument(f"--window-size={width},{height}")
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def wait(is_there: Callable[[], Any]) -> None:
    """Wait for a page, up to two minutes."""
    end = time.monotonic() + 120
    while not is_there():
        assert time.monotonic() < end, "the page did not come"
        time.sleep(0.5)


def press(driver: Any, label: str) -> None:
    for button in driver.find_elements("css selector", "button"):
        if button.text == label:
            button.click()


def keep(tool: str, name: str, picture: Path) -> None:
    """Write a picture in a size that fits a page, and say how large it was."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # it was drawn here
    with Image.open(picture) as drawn:
        sys.stdout.write(f"{tool} {name}: {drawn.width} x {drawn.height} pixels\n")
        small = drawn.convert("RGB")
    small.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    small.quantize(256).save(HERE / f"{tool}_{name}.png", optimize=True)


TOOLS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "torchview": ("torchview", torchview),
    "plot_model": ("keras", plot_model),
    "netron": ("netron", netron),
    "model_explorer": ("ai-edge-model-explorer", model_explorer),
    "archspec": ("archspec-nn", viewer),
}


def main() -> None:
    """Draw with the tool that the command line names."""
    from importlib.metadata import version

    package, tool = TOOLS[sys.argv[1]]
    sys.stdout.write(f"{package} {version(package)}\n")
    with tempfile.TemporaryDirectory() as folder:
        tool(Path(folder))


if __name__ == "__main__":
    main()
