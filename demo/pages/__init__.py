"""Pages of the five sites, on the structure that they have; every sentence is the demo's own."""
