"""A shelf of providers. Nothing imports this folder: the catalog finds what stands in it."""
