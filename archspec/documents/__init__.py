"""Documents that draw themselves: a fence for Markdown sites, a directive for Sphinx."""
