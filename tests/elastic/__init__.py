"""A real Elasticsearch for the tests and for `make demo ENGINE=elasticsearch`, without Docker."""
