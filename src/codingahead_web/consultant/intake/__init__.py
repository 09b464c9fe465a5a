"""The ways a mail comes in: SMTP, an IMAP mailbox, a provider's webhook. Each ends in `actions.receive_inquiry`."""
