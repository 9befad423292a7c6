"""Sites: domains of the account, and what events of them are let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.schema import Body, Paged, PageQuery, Query, UtcTime, View, changed
from chalicelib.api.validation import rule
from chalicelib.domain.account import Site, checked_domain, checked_origins, checked_patterns
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import new_id
from chalicelib.domain.tag import SinglePage, SiteOptions
from chalicelib.errors import IdempotencyKeyReused, Invalid, StaleVersion
from chalicelib.table import sites
from chalicelib.table.once import Answer

MOST_PATTERNS = 200
Domain = Annotated[str, rule(checked_domain)]
Origin = Annotated[str, rule(lambda text: checked_origins([text]))]
Pattern = Annotated[str, rule(lambda text: checked_patterns("allow", [text]))]


class OptionsBody(Body):
    """How the tag behaves on the site. What is left out has its default."""

    base_url: str | None = Field(None, max_length=500, description="where intake is; else the script's host")
    consent_required: bool = Field(False, description="nothing is collected before consent is given")
    server_cookie: bool = Field(False, description="the intake's answers set the visitor's cookie")
    cookie_domain: str | None = Field(None, max_length=253, description="domain that shares the cookie")
    single_page: SinglePage = Field(
        SinglePage.OFF, strict=False, description="route changes that are page visits"
    )
    bots_allowed: bool = Field(False, description="automated browsers are visitors too")
    debug: bool = Field(False, description="what goes wrong is said on the console")

    def checked(self) -> dict[str, Any]:
        """Those that were sent and are not null. Raises Invalid."""
        given = self.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        try:
            SiteOptions(**given)
        except Invalid as error:
            [broken] = error.details["errors"]
            raise Invalid.field(f"options.{broken['field']}", broken["message"]) from error
        return given


class SiteChanges(Body):
    """What to change of a site."""

    domain: Domain = changed(description="host name, such as shop.example.com")
    origins: list[Origin] = changed(max_length=50, description="origins its write keys work from")
    allow: list[Pattern] = changed(max_length=MOST_PATTERNS, description="actions let in; * for any text")
    deny: list[Pattern] = changed(
        max_length=MOST_PATTERNS, description="actions kept out, whatever allow says"
    )
    options: OptionsBody = changed(description="of the tag; all of them are replaced")

    def checked(self) -> dict[str, Any]:
        """The fields that were sent, each checked."""
        given = self.given()
        checks: dict[str, Callable[[], Any]] = {
            "domain": lambda: checked_domain(self.domain),
            "origins": lambda: checked_origins(self.origins),
            "allow": lambda: checked_patterns("allow", self.allow),
            "deny": lambda: checked_patterns("deny", self.deny),
            "options": lambda: OptionsBody.checked(self.options),
        }
        return {name: check() for name, check in checks.items() if name in given}


class NewSite(SiteChanges):
    """A site to make."""

    domain: Domain = Field(description="host name, such as shop.example.com")


class OptionsView(View):
    """How the tag behaves on the site."""

    base_url: str | None = None
    consent_required: bool = False
    server_cookie: bool = False
    cookie_domain: str | None = None
    single_page: SinglePage = SinglePage.OFF
    bots_allowed: bool = False
    debug: bool = False


class SiteView(View):
    """A domain of the account."""

    id: str
    domain: str
    origins: list[str]
    allow: list[str]
    deny: list[str]
    options: OptionsView
    version: int
    created_at: UtcTime


def _answer(site: Site, status: int = 200) -> Answer:
    return answer(SiteView.of(site), status, site.version)


@operation(scope=Scope.READ, query=PageQuery, answers={200: Paged[SiteView]})
def list_sites(call: Call[Body, PageQuery]) -> Answer:
    """List sites"""
    page = sites.listed(call.account_id, call.query.limit, call.query.cursor).mapped(SiteView.of)
    return answer(Paged[SiteView](items=page.items, next_cursor=page.next_cursor))


@operation(scope=Scope.EDIT, body=NewSite, answers={201: SiteView}, refuses=(IdempotencyKeyReused,))
def create_site(call: Call[NewSite, Query]) -> Answer:
    """Make a site"""
    site = Site(id=new_id(call.now), created_at=call.now, **call.body.checked())
    sites.create(call.account_id, site, call.intent(lambda site: _answer(site, 201)))
    return _answer(site, 201)


@operation(scope=Scope.READ, answers={200: SiteView})
def get_site(call: Call[Body, Query], site_id: str) -> Answer:
    """Get a site"""
    return _answer(sites.get(call.account_id, site_id))


@operation(
    scope=Scope.EDIT,
    body=SiteChanges,
    answers={200: SiteView},
    refuses=(StaleVersion,),
    versioned=True,
)
def change_site(call: Call[SiteChanges, Query], site_id: str) -> Answer:
    """Change a site"""
    return _answer(sites.change(call.account_id, site_id, call.body.checked(), call.if_match))


@operation(scope=Scope.EDIT, answers={204: None})
def delete_site(call: Call[Body, Query], site_id: str) -> Answer:
    """Delete a site"""
    sites.delete(call.account_id, site_id)
    return no_content()
