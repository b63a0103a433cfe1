"""Following a spec as it is edited, and showing it on a page of this machine."""
