"""R79 over HTTP: saying that one has read a document, and seeing who has."""

from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api


async def test_r79_a_technician_says_that_they_have_read_it_and_a_lead_sees_who_has(api: Api) -> None:
    tomas = api.token("tomas", Role.TECHNICIAN)
    said = await api.post("/v1/sops/SOP-1/read", token=tomas)
    assert (said.status_code, said.json()["person"], said.json()["revision"]) == (200, "tomas", 2)
    assert (await api.post("/v1/sops/SOP-1/read", token=tomas)).json() == said.json()
    found = (await api.get("/v1/sops/SOP-1/readers", token=api.token("ruth", Role.TEAM_LEAD))).json()["readers"]
    assert [(each["person"], each["read_at"] is None) for each in found] == [("tomas", False)]
    assert (await api.get("/v1/sops/SOP-1/readers", token=tomas)).json()["code"] == "forbidden"


async def test_r79_a_document_that_is_not_there_is_not_found(api: Api) -> None:
    assert (await api.post("/v1/sops/SOP-99/read")).json()["code"] == "not_found"
    assert (await api.get("/v1/sops/SOP-99/readers")).json()["code"] == "not_found"
    assert (await api.get("/v1/sops/SOP-1/readers", revision=7)).json()["code"] == "not_found"
    scoped = api.token("audit", Role.AUDITOR, OTHER_CLIENT)
    assert (await api.post("/v1/sops/SOP-1/read", token=scoped)).json()["code"] == "forbidden"
