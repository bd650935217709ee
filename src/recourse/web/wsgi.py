"""The WSGI application: `granian --interface wsgi recourse.web.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")

gc.disable()  # a start makes very many objects, and all of them stay
application = get_wsgi_application()
gc.freeze()
gc.enable()
