"""Pages of CareerCenter: for everybody, for coders, for employers."""
