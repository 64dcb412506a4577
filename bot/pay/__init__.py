"""Answers to questions about pay: sources' figures and survey reports, never averaged."""
