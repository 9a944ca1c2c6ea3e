"""What can be started: the command line, set-up, the servers, the tools around the assistant."""
