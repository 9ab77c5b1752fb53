"""Small random mistakes, planted one at a time in copies of the tree, and the tests that should find them."""
