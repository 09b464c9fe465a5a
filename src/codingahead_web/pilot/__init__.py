"""CasePilot on the site: a question, its answer with sources. Questions are not kept."""
