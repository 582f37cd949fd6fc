"""One of the two providers for Django, with a person who signs in at the admin's form.

server.py oidc-provider|oauth-toolkit PORT CONTROL_PORT SETTINGS, the last a JSON object: issuer, clients, lifetimeSeconds.
"""

import json
import os
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from wsgiref.simple_server import WSGIRequestHandler, make_server

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages"))

import django  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402
from django.conf import settings  # noqa: E402

kind, port, control_port, wanted = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
folder = tempfile.TemporaryDirectory()


def new_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


applications = {"oidc-provider": ["oidc_provider"], "oauth-toolkit": ["oauth2_provider"]}[kind]
settings.configure(
    SECRET_KEY=os.urandom(16).hex(),
    ALLOWED_HOSTS=["*"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ROOT_URLCONF=kind.replace("-", "_") + "_urls",
    LOGIN_URL="/login/",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        *applications,
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder.name + "/db.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ]
            },
        }
    ],
    USE_TZ=True,
    SITE_URL=wanted["issuer"],
    OIDC_LOGIN_URL="/login/",
    OIDC_USERINFO="claims.userinfo",
    OIDC_TOKEN_EXPIRE=wanted["lifetimeSeconds"],
    OIDC_IDTOKEN_EXPIRE=600,
    OIDC_SKIP_CONSENT_ALWAYS=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": new_key(),
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
        "OAUTH2_VALIDATOR_CLASS": "claims.Validator",
        "SCOPES": {"openid": "OpenID Connect", "profile": "Profile", "email": "E-mail"},
        "ACCESS_TOKEN_EXPIRE_SECONDS": wanted["lifetimeSeconds"],
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    },
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

call_command("migrate", verbosity=0)
get_user_model().objects.create_user("alice", "alice@example.test", "alice-password", first_name="Alice")


def set_up_oidc_provider():
    from oidc_provider.models import Client, ResponseType, RSAKey, Token

    def register(client):
        made = Client.objects.create(
            name=client["clientId"],
            client_type="confidential",
            client_id=client["clientId"],
            client_secret=client["clientSecret"],
            jwt_alg="RS256",
            require_consent=False,
        )
        made.redirect_uris = client["redirectUris"]
        made.post_logout_redirect_uris = client["postLogoutRedirectUris"]
        made.response_types.add(ResponseType.objects.get(value="code"))
        made.save()

    def rotate():
        RSAKey.objects.all().delete()
        RSAKey.objects.create(key=new_key())

    RSAKey.objects.create(key=new_key())
    for client in wanted["clients"]:
        register(client)
    return {"/kill-refresh-tokens": lambda: Token.objects.all().delete(), "/rotate-keys": rotate}


def set_up_oauth_toolkit():
    from oauth2_provider.models import Application, RefreshToken
    from oauth2_provider.settings import oauth2_settings

    def rotate():
        settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEYS_INACTIVE"] = [settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"]]
        settings.OAUTH2_PROVIDER["OIDC_RSA_PRIVATE_KEY"] = new_key()
        oauth2_settings.reload()

    for client in wanted["clients"]:
        Application.objects.create(
            name=client["clientId"],
            client_id=client["clientId"],
            client_secret=client["clientSecret"],
            client_type="confidential",
            authorization_grant_type="authorization-code",
            algorithm="RS256",
            skip_authorization=True,
            redirect_uris=" ".join(client["redirectUris"]),
            post_logout_redirect_uris=" ".join(client["postLogoutRedirectUris"]),
        )
    return {"/kill-refresh-tokens": lambda: RefreshToken.objects.all().delete(), "/rotate-keys": rotate}


actions = {"oidc-provider": set_up_oidc_provider, "oauth-toolkit": set_up_oauth_toolkit}[kind]()


class Control(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            actions[self.path]()
            self.send_response(204)
        except Exception:
            self.send_response(500)
            raise
        finally:
            self.end_headers()

    def log_message(self, *_):
        pass


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


threading.Thread(target=HTTPServer(("127.0.0.1", control_port), Control).serve_forever, daemon=True).start()
make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet).serve_forever()
