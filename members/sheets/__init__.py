"""Tables of members that can be imported and exported."""
