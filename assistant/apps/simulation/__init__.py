"""Simulations for the demo, tests and measurements: talking over the guide, a sound card."""
