"""Who may come in, and what they may spend: at the machine itself."""

import json

import httpx2

from tests.cli.conftest import Server, Shell


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
    assert house_data("token", "revoke", "laptop").returncode == 4


def test_a_token_is_made_through_the_server_too(there: Shell) -> None:
    assert there.ok("token", "create", "further").startswith("gesso_")
    assert "further" in [each["name"] for each in json.loads(there.ok("token", "ls", "--json"))]
    there.ok("token", "revoke", "further")
    refused = there("token", "create", "further", "--as", "Ada")
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
    assert house_data("link", "Nobody").returncode == 4
    assert "Ada\tStudio\teditor" in house_data.ok("people", "ls")


def test_another_team_has_a_purse_of_its_own(here: Shell) -> None:
    here.ok("people", "add", "Bob", "--team", "Press")
    here.ok("credits", "limit", "5", "--team", "Press")
    assert here.ok("credits", "grant", "2.5", "--team", "Press") == "7.5 credits"
    balance = json.loads(here.ok("credits", "--team", "Press", "--json"))
    assert balance == {"balance": 7500, "reserved": 0, "unlimited": False}
    assert here.ok("credits") == "unlimited"
    assert here.ok("credits", "unlimit", "--team", "Press") == "unlimited"


def test_credits_are_limited_through_the_server(there: Shell) -> None:
    assert there.ok("credits", "limit", "3") == "3 credits"
    assert there.ok("credits", "unlimit") == "unlimited"
    assert there("credits", "grant", "3").returncode == 2
