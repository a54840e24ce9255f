"""What is kept, and kept apart: persons and ballots on one side, answers on the other."""
