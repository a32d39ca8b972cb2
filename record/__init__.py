"""The case record, by value: rules, states, the opinion and its signature. No file, no socket, no clock."""
