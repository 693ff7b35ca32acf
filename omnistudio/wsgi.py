"""The WSGI application that gunicorn serves. Its settings set the umask of whatever serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnistudio.settings")
application = get_wsgi_application()
