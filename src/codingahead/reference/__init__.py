"""Questions of fact for one day: what is this code, what does it go with, what changed?"""
