"""The pages: what staff see in a browser, rendered here, working without JavaScript."""
