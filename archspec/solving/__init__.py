"""What a spec costs at other values of its params, and which values keep within limits."""
