"""Parts of screens that show something and react to input: buttons, fields, lists."""
