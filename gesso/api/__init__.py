"""The skin: HTTP in, values out. A route reads, calls one function, answers."""
