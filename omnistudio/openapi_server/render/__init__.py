"""The renderer: takes jobs, runs the engine in a child process, stores what it makes."""
