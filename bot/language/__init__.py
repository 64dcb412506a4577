"""Parsing of the lines and questions that members type.

`parser` turns a typed line into a Call: `tokens` splits it into words, `argument_parser` reads the
words after a command's name, and `intent` finds the command in a line that doesn't start with one.
`argument_types` and `name_index` hold the names that arguments take. `search` finds FAQ entries,
`completion` suggests names while somebody types, and `mentions` finds ids of members and channels.
"""
