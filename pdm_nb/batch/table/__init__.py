"""What a batch shows and checks: cells, rules, names, duplicates and undo. Sends nothing."""
