"""A second network on one machine: namespaces of our own, and a wire of ours between them."""
