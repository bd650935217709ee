"""Batch: the same answers for whole tables of orders."""
