"""What we ask: the questionnaire in each group's own words, and the answers it can get."""
