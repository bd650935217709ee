"""The desk: people, institutions, purchases and cases; what was asked, decided and recorded, and who may see it."""
