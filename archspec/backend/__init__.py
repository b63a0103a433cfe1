"""Backends: the rules that lower operators to a framework, its runtime, and finding a backend."""

from archspec.backend.finding import GROUP, Installed, backend, installed
from archspec.backend.rules import Backend, told
from archspec.backend.runtime import Export, Guest, Ran, Runtime
from archspec.backend.workload import Prepared, Workload

__all__ = [
    "GROUP",
    "Backend",
    "Export",
    "Guest",
    "Installed",
    "Prepared",
    "Ran",
    "Runtime",
    "Workload",
    "backend",
    "installed",
    "told",
]
