"""The caregiver's page, served on this computer only."""
