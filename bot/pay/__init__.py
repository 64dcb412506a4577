"""Pay claims and survey reports: compared with each other, never averaged."""
