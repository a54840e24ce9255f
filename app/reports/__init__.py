"""What is handed over: the heatmap, charts and the PDF, all from a frozen release."""
