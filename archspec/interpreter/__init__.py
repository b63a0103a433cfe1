"""The reference semantics of graphs in numpy, independent of emission and frameworks."""
