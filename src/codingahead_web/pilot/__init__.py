"""CasePilot on the site: questions, answers with sources, and the threads that people with an account keep."""
