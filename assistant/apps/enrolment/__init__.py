"""Enrolment: learn by voice which pronunciations fit the user."""
