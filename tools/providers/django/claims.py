"""What the two providers tell of a person."""


def userinfo(claims, user):
    """Of django-oidc-provider: the claims of its scopes."""
    claims["email"] = user.email
    claims["name"] = user.first_name
    return claims


try:
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Validator(OAuth2Validator):
        """Of django-oauth-toolkit: without it there is `sub` and nothing else."""

        oidc_claim_scope = None

        def get_additional_claims(self, request):
            return {"email": request.user.email, "name": request.user.first_name}

except Exception:  # The other provider is the one that runs.
    Validator = None
