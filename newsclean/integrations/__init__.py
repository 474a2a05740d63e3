"""newsclean as a part of other people's programs: a module for each, which needs that program to be installed."""
