"""How it is done over HTTP: short routes, one typed page per template, one table of errors."""
