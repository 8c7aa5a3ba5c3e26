"""Rewrites: the same small change, made again and again, becomes a rule."""
