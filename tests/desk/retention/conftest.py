"""Keys and files of these tests lie in a folder of their own."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """A seal key and exhibits for each test."""
    settings.SEAL_KEY = tmp_path / "seal.pem"
    settings.FILES = tmp_path / "files"
    return tmp_path
