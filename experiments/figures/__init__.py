"""Every figure a study can draw, by the name that ends its file name. A new figure is a function and a line in `catalogue`."""
