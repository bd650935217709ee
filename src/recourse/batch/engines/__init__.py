"""Engines that decide whole tables: each takes a plan and orders, and gives the same rows as every other.

polars.decide(plan, orders: LazyFrame, keep=(...), want=OUTPUT) -> LazyFrame       lazily, streaming
sql.statement(plan, dialect, table, available, keep, want) -> Statement            for duckdb, postgres, spark
"""
