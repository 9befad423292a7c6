"""HTTP: parse, call, answer. ``routes`` lists every route; the modules beside it answer them."""
