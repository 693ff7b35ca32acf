"""Database writes of the built-in Open API: keys, credits, jobs."""
