"""Times and memory, measured in turn."""
