"""Tests of the executors and what they share."""
