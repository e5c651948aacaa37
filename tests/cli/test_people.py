"""Who may come in, and what they may spend: at the machine itself."""

import json

import httpx2

from tests.cli.conftest import Server, Shell, Typed


def test_a_token_is_printed_alone_and_opens_the_server_until_it_is_revoked(house_data: Shell, server: Server) -> None:
    token = house_data.ok("token", "create", "laptop", "--scope", "library.read")
    assert token.startswith("gesso_")
    assert len(token.split()) == 1
    laptop = house_data.given(GESSO_SERVER=server.url, GESSO_TOKEN=token)
    laptop.ok("assets", "ls")
    denied = laptop("create", "a barn")
    assert denied.returncode == 3
    assert "runs.read" in denied.stderr or "runs.create" in denied.stderr

    assert "\tlaptop\tlibrary.read\t" in house_data.ok("token", "ls")
    house_data.ok("token", "revoke", "laptop")
    assert laptop("assets", "ls").returncode == 3


def test_a_token_is_made_through_the_server_too(typed: Typed) -> None:
    assert typed("token", "create", "further").stdout.startswith("gesso_")
    assert "further" in [each["name"] for each in json.loads(typed("token", "ls", "--json").stdout)]
    assert typed("token", "revoke", "further").returncode == 0
    assert typed("token", "revoke", "further").returncode == 4
    refused = typed("token", "create", "further", "--as", "Ada")
    assert refused.returncode == 2
    assert "on the machine of the studio itself" in refused.stderr


def test_a_person_comes_in_by_link_and_by_password(house_data: Shell, server: Server) -> None:
    link = house_data.ok("people", "add", "Ada", "--role", "editor")
    code = link.partition("?")[2]
    with httpx2.Client(base_url=server.url) as browser:
        assert "gesso_visit" in browser.get(f"/sign-in?{code}").cookies
        assert browser.get("/api/me").json()["role"] == "editor"
        assert "gesso_visit" not in httpx2.get(f"{server.url}/sign-in?{code}").cookies

    house_data.ok("password", "Ada", "--stdin", input="correct horse battery\n")
    told = {"name": "Ada", "password": "correct horse battery"}
    assert httpx2.post(f"{server.url}/api/session", json=told).status_code == 204
    assert house_data("password", "Ada", "--stdin", input="short\n").returncode == 2
    assert "Ada\tStudio\teditor" in house_data.ok("people", "ls")


def test_another_team_has_a_purse_of_its_own(here: Shell) -> None:
    here.ok("people", "add", "Bob", "--team", "Press")
    here.ok("credits", "limit", "5", "--team", "Press")
    assert here.ok("credits", "grant", "2.5", "--team", "Press") == "7.5 credits"
    owners = json.loads(here.ok("credits", "--json"))
    assert owners == {"balance": 0, "reserved": 0, "unlimited": True}


def test_credits_are_limited_through_the_server(typed: Typed) -> None:
    assert typed("credits", "limit", "3").stdout == "3 credits\n"
    assert typed("credits", "unlimit").stdout == "unlimited\n"
    assert typed("credits", "grant", "3").returncode == 2
