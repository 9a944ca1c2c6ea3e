"""What every room may use: errors, paths, files, logs. Imports no other room."""
