"""The pages: server-rendered, without a line of script, in English and Simplified Chinese."""
