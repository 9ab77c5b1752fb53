"""The command line. It parses, prints and exits; everything else is in `experiments`."""
