"""A made-up team with any number of items, to look at the studio full, to test it and to measure it."""
