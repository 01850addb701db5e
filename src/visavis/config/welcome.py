"""What `visavis up` prints when everything answers."""

import json

import yaml

from visavis.config.instance import Instance


def text(instance: Instance, *, seconds: float) -> str:
    """Return addresses, demonstration logins, and how to pass their second factor."""
    base = instance.base_url
    lines = [
        "",
        f"Visavis is ready after {seconds:.1f} s: canton {instance.canton}, {instance.world} world.",
        "",
        f"  The counter at home        {base}/",
    ]
    if instance.world != "live":
        lines.append(f"  The kiosk                  {instance.agent_url}/")
    lines += [
        f"  Case officers              {base}/fr/office/",
        f"  Clerks                     {base}/fr/desk/",
        f"  The IT service             {base}/fr/control/",
    ]
    if instance.world != "live":
        lines += [
            f"  Outbox (mail, SMS, letter) {base}/fr/outbox/",
            f"  Fake payment provider      {instance.provider_url}/",
            f"  Fake laboratory register   {instance.register_url}/",
            f"  Fake identity providers    {instance.openid_fake_url}/",
            *_summons(instance),
            "",
            *_logins(instance),
        ]
    lines += ["", f"Logs are in {instance.var / 'logs'}. Ctrl-C stops everything."]
    return "\n".join(lines)


def _summons(instance: Instance) -> list[str]:
    """Say with which facts the first invented summons can be opened."""
    path = instance.pack / "demo" / "appointments.yaml"
    if not path.exists():
        return []
    rights = yaml.safe_load(path.read_text())
    if not rights:
        return []
    first = rights[0]
    fact, value = next(iter(first["facts"].items()))
    return [
        f"  A summons to open          {instance.base_url}/fr/appointments/at/{first['calendar']}/",
        f"                             number {first['number']}, {fact} {value}",
    ]


def _logins(instance: Instance) -> list[str]:
    path = instance.var / "demo-logins.json"
    if not path.exists():
        return []
    logins = json.loads(path.read_text())
    passwords = {login["password"] for login in logins}
    wide = max((len(login["login"]) for login in logins), default=0)
    if len(passwords) == 1:
        head = f"  Demonstration logins, all with the password  {passwords.pop()}"
        rows = [f"  {login['login']:<{wide}}  {login['who']}" for login in logins]
    else:
        head = "  Demonstration logins (login, password, who):"
        rows = [
            f"  {login['login']:<{wide}}  {login['password']}  {login['who']}" for login in logins
        ]
    return [
        head,
        *rows,
        "  Staff need a second factor. In another terminal:  .venv/bin/visavis demo code LOGIN",
    ]
