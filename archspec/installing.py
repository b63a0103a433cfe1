"""Instructions for installing optional dependencies; archspec is installed from a checkout."""


def install(extras: str = "") -> str:
    """Return the instruction for installing archspec with extras such as ``torch,onnx``."""
    wanted = f"'.[{extras}]'" if extras else "."
    return f"in a checkout of archspec, pip install {wanted}"
