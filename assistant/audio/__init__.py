"""Audio in and out: devices, files, mixing, voice activity detection, echo cancellation."""
