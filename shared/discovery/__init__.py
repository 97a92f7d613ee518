"""Being found on a network. The one part of `shared` that touches sockets: game and server both need it."""
