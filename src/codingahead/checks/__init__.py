"""What will a payer's system refuse on a claim, by which rule of which release, and what honestly mends it?"""
