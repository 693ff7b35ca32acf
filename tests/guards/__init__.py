"""The guards of docs/security.md, taken out one at a time: the tests that are named there must fail then.

`python -m tests.guards` (or `make guards`) does it in copies of the tree; the tree itself is never changed.
"""
