"""The doctor's findings as text or JSON, and fetching them from the running bot."""

import json
import textwrap
import urllib.error
import urllib.request

from bot.ops.health import Finding, Findings, State, broken

_WIDTH = 100
_TIMEOUT_SECONDS = 8.0  # less than the timeout of the container's healthcheck


def format_text(found: Findings) -> str:
    """Return the findings as text: a paragraph for each, with its remedy on the lines below."""
    widest = max(map(len, found), default=0)
    lines = (line for name in found for line in _format_finding(name.ljust(widest), found[name]))
    return "\n".join(lines)


def format_json(found: Findings) -> str:
    """Return the findings as the text of a JSON list."""
    listed = [
        {"check": name, "state": each.state, "says": each.message, "mend": each.remedy}
        for name, each in found.items()
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False)


def ask_running_bot(port: int) -> Findings:
    """Fetch the findings from the bot that runs on this machine, by /readyz on *port*.

    If that fails, return a single finding that says why.
    """
    try:
        # Without a proxy, because this is the machine's own address.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer = opener.open(f"http://127.0.0.1:{port}/readyz", timeout=_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        answer = error
    except OSError as error:
        says = f"no answer on port {port} ({error})"
        return {"bot": broken(says, "Start the bot. If it's already running, check its log.")}
    with answer:
        try:
            told = json.load(answer)["checks"]
        except (ValueError, KeyError, TypeError):
            says = f"another program answers on port {port}"
            return {"bot": broken(says, "Set CROSSROADS_HTTP_PORT to a free port.")}
    return {
        name: Finding(State(each["state"]), each["says"], each.get("mend", ""))
        for name, each in told.items()
    }


def _format_finding(name: str, finding: Finding) -> list[str]:
    head = f"{finding.state.ljust(7)}  {name}  "
    indent = " " * len(head)
    lines = textwrap.wrap(finding.message, _WIDTH, initial_indent=head, subsequent_indent=indent)
    mend = textwrap.wrap(
        finding.remedy, _WIDTH, initial_indent=f"{indent}→ ", subsequent_indent=f"{indent}  "
    )
    return [*lines, *mend]
