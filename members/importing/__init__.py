"""Lists that come from outside, read into plain rows before anything is changed."""
