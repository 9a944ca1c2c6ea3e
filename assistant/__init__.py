"""Kram: an offline voice guide for calf cramps, in Indonesian."""
