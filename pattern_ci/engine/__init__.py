"""Plans: route each step to its pattern, execute it, record what happened."""
