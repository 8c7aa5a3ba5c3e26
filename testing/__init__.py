"""Builders and fakes for the tests; not shipped."""
