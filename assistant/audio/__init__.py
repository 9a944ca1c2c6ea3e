"""Sound in and out: devices, files, mixing, voice activity, echo cancellation."""
