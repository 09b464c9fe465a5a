"""Our own plain-language texts and starter facts, as data files that anyone can read and improve."""
