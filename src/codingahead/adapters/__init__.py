"""The network: what leaves this machine or comes to it. Nothing else of the library opens a connection."""
