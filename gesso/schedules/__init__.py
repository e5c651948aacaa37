"""What is begun at its time: once, or again and again."""
