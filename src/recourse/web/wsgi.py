"""The WSGI application: `granian --interface wsgi recourse.web.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")

application = get_wsgi_application()
