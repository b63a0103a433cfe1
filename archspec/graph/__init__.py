"""The typed dataflow graph of a network: nodes, the wires between them, the scopes around them."""

from archspec.graph.boundary import Boundary
from archspec.graph.builder import MAXIMUM_NODES, GraphBuilder
from archspec.graph.graph import Graph, Header, Input, taking_graphs
from archspec.graph.inference import MAXIMUM_SIZE, TooLarge
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Imported, Origin, Pass, Step, Written
from archspec.graph.path import encloses, first, last, parent, upwards
from archspec.graph.scope import Kind, Promise, Scope, Template

__all__ = (
    "MAXIMUM_NODES",
    "MAXIMUM_SIZE",
    "Boundary",
    "Graph",
    "GraphBuilder",
    "Header",
    "Imported",
    "Input",
    "Kind",
    "Node",
    "Origin",
    "Pass",
    "Promise",
    "Scope",
    "Step",
    "Template",
    "TooLarge",
    "Wire",
    "Written",
    "encloses",
    "first",
    "last",
    "parent",
    "taking_graphs",
    "upwards",
)
