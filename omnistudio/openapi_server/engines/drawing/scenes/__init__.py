"""The scenes the drawing engine knows."""
