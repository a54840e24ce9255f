"""What the answers mean: scores, levels, uncertainty, agreement, suppression, the release."""
