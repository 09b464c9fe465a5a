"""CasePilot: answers a coder's question from what was looked up for the day, sentence by sentence, each with its source."""
