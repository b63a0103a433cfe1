"""What all backends share in writing the source of a model.

``lifting`` makes fragments of the nodes of a graph and carries the author's texts along its wires,
``generalize`` finds the one tree of which all uses of a module are instances, ``outlining`` makes
definitions of layers that recur, ``program`` arranges the definitions, ``bodies`` writes their
statements in the notation of a backend, ``python`` lays the source out.
"""
