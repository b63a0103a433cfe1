"""What changed between two graphs, which text changed it, what it costs, what checkpoints do.

``digest`` says when two parts compute the same, ``pairing`` which part of the one graph is which of
the other, ``difference`` what happened to each, one edit per cause; ``cost`` and ``checkpoint``
what that means.
"""
