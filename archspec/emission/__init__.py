"""What all backends share in writing the source of a model.

``reading`` carries the author's texts along the wires of a graph and lifts fragments from its
nodes, ``generalize`` finds the one tree of which all uses of a module are instances, ``outlining``
makes definitions of layers that recur, ``program`` arranges the definitions, ``bodies`` writes
their statements in the notation of a backend, ``python`` lays the source out.
"""
