"""Pixels: pure functions on arrays and files. Nothing here knows of runs, people or money."""
