"""How files are written: whole or not at all, and with texts that no spreadsheet takes for formulas."""
