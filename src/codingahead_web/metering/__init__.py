"""Plans, allowances, and the ledger of use."""
