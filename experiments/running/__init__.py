"""What is missing gets computed: in this process, in workers, on a cluster."""
