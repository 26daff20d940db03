"""Whose money is it? Evidence from a line of the statement, weighed against what the system knows; edit distance suggests, never decides."""
