"""What is read, and how much of it: the sheets of a workbook, and limits for files from outside."""
