from archspec.api import build as build
from archspec.api import check as check
from archspec.api import count as count
from archspec.api import emit as emit
from archspec.api import load as load
from archspec.diagnostic import SpecError as SpecError
from archspec.graph import Graph as Graph
from archspec.version import __version__ as __version__
