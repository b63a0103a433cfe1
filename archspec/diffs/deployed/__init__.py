"""A spec against a file that is deployed: the same network, folded, under other names, or not."""
