"""Attackers that look for another world behind the same print: where there is none, it tells."""
