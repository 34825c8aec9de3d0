"""A story for each rule in which it speaks, and the checks that every one of them must stand."""
