"""The hidden command `small-talk`: short replies to thanks, greetings and the like."""

from typing import Annotated

from bot.call import Call
from bot.command import Arg, command
from bot.formatting import pluralize
from bot.language.small_talk import Topic, topics
from bot.registry import ContentContext
from bot.reply import Action, ActionStyle, Prose, Reply

_HELP = Action("What you can ask", Call("help"))
_QUESTIONS = Action("Common questions", Call("ask"))
_QUIZ = Action("Take the quiz", Call("quiz"), ActionStyle.PRIMARY)
_SOURCES = Action("About the sources", Call("sources"))
_CONTINUE = Action("Continue the quiz", Call("quiz"))
_REPLIES: dict[Topic, tuple[Prose, tuple[Action, ...]]] = {
    Topic.HELLO: (
        "Hi. Ask me about AI and ML careers: pay, tools, learning, hiring, or which role fits you.",
        (_QUESTIONS, _QUIZ, _HELP),
    ),
    Topic.GREETING: (
        "Fine, thanks. What would you like to know about AI and ML careers?",
        (_QUESTIONS, _QUIZ),
    ),
    Topic.THANKS: ("You're welcome. Ask whenever you have another question.", (_QUESTIONS,)),
    Topic.PRAISE: (
        "Thanks, glad that helped. What would you like to know next?",
        (_QUESTIONS, _QUIZ),
    ),
    Topic.COMPLAINT: (
        "Sorry about that. Try different words, or pick from the common questions.",
        (_QUESTIONS, _HELP),
    ),
    Topic.READY: ("OK. Ask me anything about AI and ML careers.", (_QUESTIONS, _QUIZ)),
    Topic.STOP: (
        "OK. If you've started a quiz, your answers are saved, and you can continue later.",
        (_CONTINUE, _HELP),
    ),
    Topic.DISTRESS: (
        "I'm sorry you feel like this. Please talk to somebody you trust, or call a crisis line.",
        (),
    ),
    Topic.GOODBYE: ("Bye, and good luck. Ask again any time.", (_QUESTIONS,)),
}


@command(hidden=True)
async def small_talk(
    context: ContentContext, topic: Annotated[Topic, Arg("what the talk is about", topics)]
) -> Reply:
    """Answer small talk."""
    if topic is Topic.ABOUT:
        sources = pluralize(len(context.content.sources), "source")
        return Reply(
            "I'm Crossroads, a bot that answers questions about AI and ML careers. I'm not a "
            f"language model: my answers come from {sources} and from the moderators here.",
            buttons=(_HELP, _SOURCES),
        )
    answer, buttons = _REPLIES[topic]
    return Reply(answer, buttons=buttons)
