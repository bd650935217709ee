"""Emitters: the integer form of a version as a program for one engine."""
