"""What damaged input does: mutations with fixed seeds, without end."""
