"""For who writes providers: what is tried out without one."""
