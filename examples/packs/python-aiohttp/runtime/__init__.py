"""The code that generated modules call and that does not depend on the document."""
