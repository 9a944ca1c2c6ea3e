"""Adaptation of the network and calibration of confidences."""
