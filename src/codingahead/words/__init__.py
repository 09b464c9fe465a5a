"""The vocabulary as frozen values. Imports nothing of ours from other rooms."""
