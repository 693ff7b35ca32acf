"""The renderer: takes jobs, runs the engine in a child process, and stores the results."""
