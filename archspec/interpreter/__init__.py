"""What a network means, computed node by node from plain rules; it owes nothing to emission."""
