"""The command line of s2sad: thin verbs over the public functions of the compiler."""
