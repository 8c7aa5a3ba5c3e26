"""Rules of validation: each module looks at facts and returns findings, nothing else."""
