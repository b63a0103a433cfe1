"""What all backends share in writing the source of a model.

``reading`` carries the author's texts along the wires of a graph, ``merging`` finds what all uses
of a module share, ``program`` arranges the classes, ``python`` writes and lays out source.
"""
