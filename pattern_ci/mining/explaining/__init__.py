"""Why a pattern is as it is, why a role was left alone, and what is said of a path."""
