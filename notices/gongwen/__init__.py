"""Official documents (GB/T 9704-2012): the text's structure, what is wrong with it, and its layout. No database here."""
