"""The version of the distribution; this is its only home."""

VERSION = "0.1.0"
