"""The listener for coordinators' browsers: the plain page by which they set consults."""
