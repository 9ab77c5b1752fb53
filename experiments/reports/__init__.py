"""The five reports as data, one folder each; `catalogue` lists them."""
