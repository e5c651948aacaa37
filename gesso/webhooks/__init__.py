"""What programs elsewhere are told of: signed, and again until they have heard it."""
