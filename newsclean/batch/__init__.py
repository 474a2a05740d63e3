"""Folders: what is to be cleaned to where, worked out before anything is written."""
