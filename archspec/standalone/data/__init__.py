"""Labelled images: data sets, augmentation, and the order in which they are read."""
