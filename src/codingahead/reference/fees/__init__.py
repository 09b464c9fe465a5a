"""What does Medicare pay? Pure pricing rules (`physician`, `adjustments`, `multiple`, `anesthesia`, `payment`) beside the look-ups that feed them."""
