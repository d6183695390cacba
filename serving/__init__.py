"""Online: requests in, graded answers out, and nothing accepted is lost."""
