"""What each page of the claim checks does with its request."""
