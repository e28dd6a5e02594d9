"""The seeded projects (codes, fields, rules, scenarios) and the store of records."""
