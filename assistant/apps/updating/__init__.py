"""`update`: a newer version of the program in its place, or the former one."""
