"""Every write of the Open API's server: keys, credits, jobs."""
