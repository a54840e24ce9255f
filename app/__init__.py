"""Siloscope: where each IT group stands culturally, and which Lean project fits it."""

__version__ = "0.1.0"
