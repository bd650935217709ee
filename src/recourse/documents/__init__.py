"""What papers say: vouchers, course pages and contracts read into proposals that a person confirms."""
