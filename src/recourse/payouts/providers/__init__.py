"""The routes by which money goes back, all behind one contract."""
