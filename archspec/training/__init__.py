"""Training a network: what it takes beside what programs take along."""
