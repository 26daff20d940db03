"""Documents of meetings: context in, bytes out."""
