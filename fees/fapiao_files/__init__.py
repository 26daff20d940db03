"""Issued fapiaos as files: PDF, OFD, XML, zipped or not, and the tax bureau's tables. No database here."""
