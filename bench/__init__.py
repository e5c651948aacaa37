"""Every number that we claim, made again: `make bench`, or `python -m bench overhead` for one."""
