"""Static shapes of what operations give: one small law for each, a pure function of shapes and arguments."""
