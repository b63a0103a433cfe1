"""What changed between two graphs: match, explain, impact, report.

``match`` pairs nodes and scopes, ``explain`` finds the change of the source behind every change of
the graph, one edit per cause, ``impact`` says what that costs and what becomes of checkpoints, and
``report`` tells it. ``deployed`` does so for files of models, whose names do not count.
"""
