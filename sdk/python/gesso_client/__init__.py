"""The Python client of Gesso."""
