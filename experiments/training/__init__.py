"""All that decides a trial's bits, and nothing else."""
