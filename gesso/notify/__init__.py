"""What people are told of: in the studio, by e-mail, by their browser."""
