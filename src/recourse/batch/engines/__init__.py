"""Engines that decide whole tables: each takes a plan and orders, and gives the same rows as every other.

`polars` takes a LazyFrame, `duckdb`, `postgres` and `spark` a table that they can see; `scalar` decides one by one. The
lowering of a plan is `whole`, that of a rule `outcome`; `sql` makes the statement.
"""
