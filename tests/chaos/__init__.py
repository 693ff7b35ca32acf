"""Chaos: the whole studio as real processes, which are killed while a service misbehaves; then the sums are drawn."""
