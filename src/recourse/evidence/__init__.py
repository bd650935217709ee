"""Records that hold: the timeline's chain, the log's heads, seals, stamps, and the bundle that anybody can verify."""
