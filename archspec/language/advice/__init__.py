"""What was meant by a text that means nothing here: the words of other tools, and near misses."""
