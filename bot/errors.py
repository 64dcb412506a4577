"""Two kinds of failure that are not bugs: the user can mend one, time mends the other."""

from bot.reply import Action, Node


class Refusal(Exception):
    """The Call can't be carried out as it stands, and the user can do something about it."""

    def __init__(self, message: str, *actions: Action) -> None:
        """Say what is wrong and what to do next; *options* are Calls that would work."""
        super().__init__(message)
        self.message, self.actions = message, actions


class Outage(Exception):
    """Something that we depend on is down; ``says`` tells the user so in plain words."""

    def __init__(self, message: str, *nodes: Node, detail: str = "") -> None:
        """Take what is down and when to try again; *kept* is shown along with it."""
        super().__init__(message)
        self.message, self.nodes, self.detail = message, nodes, detail
