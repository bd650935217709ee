"""Integer form -> columns: straight-line expressions over whole columns, one source for every engine.

Statements become expressions of masks (if-conversion). A null is a value that is not known; `and` and `or` have three
values; what divides is above zero or null. The nodes (`node`) are shared, `spans` builds calendar arithmetic of them,
`convert` reads a program, `outcome` says what a version comes to.
"""
