"""What `make bench` measures: throughput, page weight, the PDF and the release."""
