"""How to install what is missing; archspec is on no package index and comes from a checkout."""


def install(extras: str = "") -> str:
    """Say how archspec is installed with some of its extras, ``torch`` or ``torch,onnx``."""
    wanted = f"'.[{extras}]'" if extras else "."
    return f"in a checkout of archspec, pip install {wanted}"
