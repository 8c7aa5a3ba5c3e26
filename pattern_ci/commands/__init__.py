"""One verb a module: `add_arguments`, `run` and the verb itself."""
