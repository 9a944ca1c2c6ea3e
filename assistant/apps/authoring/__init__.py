"""For people who write phrases: lint, explain, preview."""
