"""Sample data for trying the system. Real universities' names, invented people; everything that is not the alliance's own is marked as a sample."""
