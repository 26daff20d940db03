"""The post room: making the bytes of a mail, talking to the mail server, judging what went wrong, claiming rows, keeping to rates."""
