"""Answers to the fishing permit's form, as a browser sends them."""

BROWSER = "browser-one"
OTHER_BROWSER = "browser-two"


def week_answers(**changed: object) -> dict[str, object]:
    """A week in the next season, for a grown-up of the canton: decided by itself, CHF 60."""
    answers: dict[str, object] = {
        "kind": "week",
        "starts_on": "2027-06-01",
        "given_name": "Élodie",
        "family_name": "Exemple",
        "birth_date": "1961-04-12",
        "residence": "canton",
        "street": "Rue de l’Exemple",
        "house_number": "4",
        "postal_code": "2350",
        "locality": "Saignelégier",
        "children": "0",
        "declares": "on",
    }
    return answers | changed


def season_answers(**changed: object) -> dict[str, object]:
    """The whole season with the surcharge: an officer checks SaNa, CHF 280."""
    season: dict[str, object] = {
        "kind": "season",
        "starts_on": "",
        "has_sana": "yes",
        "sana_number": "DEMO-1234",
        "habitat_done": "no",
        "guest": "no",
    }
    return week_answers() | season | changed
