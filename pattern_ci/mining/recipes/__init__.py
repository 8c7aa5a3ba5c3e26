"""Recipes: what else an operation adds, and what it writes into the registries of a repository."""
