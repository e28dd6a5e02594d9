"""What a project asks of a document: values, requirements, names and checks. Pure; no HTTP, no files."""
