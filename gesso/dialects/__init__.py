"""What several providers have in common: how they are spoken to, and the requests that they take."""
