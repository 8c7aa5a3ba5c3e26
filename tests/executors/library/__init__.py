"""Tests of what executors share."""
