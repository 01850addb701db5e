"""What a pack says in one file, held against what it says in others."""
