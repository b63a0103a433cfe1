"""From a spec to its graph: steps written out, types inferred, promises held."""
