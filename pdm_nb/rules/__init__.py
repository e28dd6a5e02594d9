"""What a project requires of a document: values, requirements, names and checks. Pure: no HTTP, no files."""
