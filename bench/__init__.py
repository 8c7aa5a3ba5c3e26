"""Benchmarks: figures as ratios measured in one run, on any folder of clones; not shipped."""
