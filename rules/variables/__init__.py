"""Variables, scopes, collections, initializers."""
