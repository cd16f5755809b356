"""What the Metrics pages are made from: what was asked for, the figures in words, and how each is counted."""
