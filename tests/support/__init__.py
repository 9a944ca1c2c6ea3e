"""Helpers of the tests: virtual sound card, browser, fresh processes, dialogue driver."""
