"""The Sketchbook."""
