"""Where one set of terms pays less than another: a policy against the law, two policies, a policy against itself."""
