"""Code generation, as far as all backends share it: from a graph to the source of a model.

``lifting`` turns the nodes of a graph into fragments and propagates the author's formulas along its
wires, ``generalize`` anti-unifies the uses of a module, ``outlining`` makes definitions of layers
that recur, ``program`` orders the definitions, ``bodies`` writes their statements in the notation
of a backend, ``python`` lays the source out.
"""
