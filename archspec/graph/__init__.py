"""The typed graph of a network: nodes, the wires between them, the scopes that group them."""

from archspec.graph.boundary import Boundary, encloses, name, parent
from archspec.graph.builder import MAXIMUM_NODES, GraphBuilder
from archspec.graph.graph import Graph, Header, Input
from archspec.graph.inference import MAXIMUM_SIZE, TooLarge
from archspec.graph.node import Node, Step, Wire, Written
from archspec.graph.scope import Kind, Promise, Scope, Template

__all__ = (
    "MAXIMUM_NODES",
    "MAXIMUM_SIZE",
    "Boundary",
    "Graph",
    "GraphBuilder",
    "Header",
    "Input",
    "Kind",
    "Node",
    "Promise",
    "Scope",
    "Step",
    "Template",
    "TooLarge",
    "Wire",
    "Written",
    "encloses",
    "name",
    "parent",
)
