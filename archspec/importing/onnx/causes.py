"""Why onnxruntime does not run a file, without where in its own source it says so."""

from __future__ import annotations

import re

_STATUS = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_NODE = re.compile(r"Non-zero status code returned while running (\w+) node\. Name:'([^']*)'")
_MESSAGE = " Status Message: "
_CONDITION = re.compile(r"/\S+\.(?:h|hpp|cc|cpp):\d+ .*? was false\. ")
_LONGEST = 400


def cause_of(error: BaseException) -> str:
    """Return what an exception says is wrong, in one line, with the node that it is about."""
    text = _CONDITION.sub("", _STATUS.sub("", " ".join(str(error).split())))
    said = _NODE.sub(r"\1 in \2", text).replace(_MESSAGE, ": ", 1)
    return said[:_LONGEST] or type(error).__name__
