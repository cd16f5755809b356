"""Where the parts of a drawing stand: numbers for SVG, made on the server from what the page tells in words as well."""
