"""How TF1's API acts on abstract values: graphs, scopes, variables, training, runs."""
