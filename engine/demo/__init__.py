"""The demonstration city, loaded by commands like everything else."""
