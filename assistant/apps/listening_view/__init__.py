"""What the terminal shows while Kram listens."""
