"""The store as tidy tables, and what only stored networks can say."""
