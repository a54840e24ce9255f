"""A whole assessment as an example: simulated staff answer through the real pages."""
