"""Settings with nothing but the work in them: what the tests' own worker processes start with, quickly."""

import os
from pathlib import Path

from recourse.web import environment

SECRET_KEY = "nothing is signed here"
DATABASES = {"default": environment.database("RECOURSE_DATABASE", Path(os.environ["RECOURSE_TEST_FILE"]))}
INSTALLED_APPS = ["recourse.work", "errands"]
USE_TZ = True
