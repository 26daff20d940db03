"""The public start page and what spans all apps."""
