"""What people see in a terminal: safe text, progress, reasons, help. Knows nothing of commands."""
