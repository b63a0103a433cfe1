"""Import of ONNX files, which takes ``onnx`` and numpy and no framework."""
