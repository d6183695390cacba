"""What other programs send: mails as they are, and files of rows."""
