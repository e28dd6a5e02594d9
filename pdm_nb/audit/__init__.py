"""What is in a project, checked by today's rules, and a batch that corrects what a new version can correct."""
