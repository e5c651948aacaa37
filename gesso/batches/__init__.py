"""Many rows of a file or a list, each carried out by runs of the one pipeline: priced before, exact after a crash."""
