"""How the server lets itself be found."""
