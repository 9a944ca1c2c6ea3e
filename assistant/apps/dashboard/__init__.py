"""The dashboard for caregivers, served on this computer only."""
