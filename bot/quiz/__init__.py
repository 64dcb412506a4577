"""The quiz engine: items, scores and results, independent of a quiz's subject."""
