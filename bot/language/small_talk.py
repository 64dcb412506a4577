"""Small talk: the lines that members type to a bot without asking anything."""

import re
from enum import StrEnum
from functools import cache

from bot.call import Call
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, normalize

COMMAND = "small-talk"  # answers it


class Topic(StrEnum):
    """The kinds of small talk, each with a reply."""

    HELLO = "hello"
    GREETING = "greeting"
    THANKS = "thanks"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    ABOUT = "about"
    READY = "ready"
    GOODBYE = "goodbye"
    STOP = "stop"
    DISTRESS = "distress"


_TOPICS = {
    Topic.HELLO: (
        "hi, hey, hello, bot, good morning, good evening, good afternoon, good day, gm, "
        "morning, yo, hiya, howdy, hola, salut, hallo, moin, greetings, hello hello"
    ),
    Topic.GREETING: (
        "how are you, how are you doing, how is it going, hows it going, how r u, whats up, "
        "what s up, wassup, sup, nice to meet you"
    ),
    Topic.THANKS: (
        "thanks, thank you, thank u, thankyou, thx, thnx, tnx, tks, ty, tysm, tyvm, cheers, merci, "
        "danke, gracias, many thanks, much appreciated, appreciated, appreciate it, "
        "i appreciate it, thanks for the help, thank you for your help, thanks for your help"
    ),
    Topic.PRAISE: (
        "good bot, nice bot, great bot, best bot, good job, great job, nice job, well done, "
        "nice work, good work, i love you, i love this bot, love it, love this, love you, awesome, "
        "amazing, great, nice, perfect, cool, wow, excellent, brilliant, helpful, very helpful, "
        "that helps, that helped, this helps, this helped, nice one, nice that helps, "
        "great that helps, you are great, you re great, youre great, you rock"
    ),
    Topic.COMPLAINT: (
        "bad bot, stupid bot, dumb bot, i hate this bot, hate this bot, this bot sucks, "
        "this bot is useless, this bot is bad, i hate you, useless, useless bot, you suck, "
        "this sucks, wrong, thats wrong, that s wrong, that is wrong, this is wrong, "
        "wrong answer, not helpful, "
        "that didnt help, that didn t help, not what i asked, thats not what i asked, "
        "that s not what i asked, that is not what i asked, that s not what i meant, "
        "you didnt answer my question, you didn t answer my question, i don t understand, "
        "i dont understand, shut up, wtf, stfu, fuck you, fuck u, fuck off, screw you, idiot, "
        "moron, you are stupid, you re stupid, you idiot, shit answer, this is shit, piss off"
    ),
    Topic.ABOUT: (
        "who are you, what are you, are you a bot, are you a human, are you human, are you real, "
        "are you a robot, are you a real person, are you an ai, are you ai, are you chatgpt, "
        "are you an llm, are you a language model, are you gpt, are you gpt 4, are you gpt 5, "
        "are you claude, are you gemini, which model are you, what model are you, "
        "which model do you use, what model do you use, what model do you run on, "
        "which llm are you, what llm are you, which llm do you use, which ai are you, "
        "what ai are you, is this gpt, is this a bot, is this ai, is this chatgpt, "
        "whats your name, "
        "what s your name, what is your name, who made you, who built you, who created you, "
        "what is crossroads, whats crossroads, what s crossroads, who is crossroads, "
        "what is this bot, do you use ai, do you use chatgpt, introduce yourself, "
        "tell me about yourself, who am i talking to, are you there"
    ),
    Topic.READY: (
        "question, a question, quick question, another question, one more question, next question, "
        "i have a question, i ve a question, i have another question, i got a question, "
        "got a question, i have some questions, i have questions, can i ask a question, "
        "can i ask something, can i ask you something, may i ask something, "
        "can i ask you a question, ok, okay, k, okey, alright, all right, yes, yeah, yep, yup, "
        "sure, no, nope, hm, hmm, hmmm, i see, got it, fair enough, makes sense, true, right, "
        "lol, lmao, rofl, haha, hahaha, hehe, never mind, nevermind, nvm"
    ),
    Topic.GOODBYE: (
        "bye, bye bye, brb, be right back, goodbye, good bye, good night, goodnight, gn, see you, "
        "see ya, see you later, cya, later, ciao, farewell, "
        "have a nice day, have a good day, im off, i m off, ttyl"
    ),
    Topic.DISTRESS: (
        "i want to die, i wanna die, i want to kill myself, i will kill myself, kill myself, "
        "i want to end my life, i want to end it all, i am suicidal, im suicidal, i m suicidal, "
        "suicide, i dont want to live, i don t want to live, i dont want to live anymore, "
        "i don t want to live anymore, i am depressed, im depressed, i m depressed, "
        "help me i am depressed, i feel hopeless, i cant go on, i can t go on, i hate my life"
    ),
    Topic.STOP: (
        "stop, stop it, please stop, stop it please, cancel, quit, exit, pause, abort, leave, "
        "end, enough, no thanks, no thank you, no thx, nah thanks, "
        "i want to stop, i wanna stop, i want to quit, i m done, im done, "
        "stop the quiz, quit the quiz, leave the quiz, cancel the quiz, exit the quiz, "
        "end the quiz, pause the quiz, stop quiz, quit quiz, leave quiz, no more questions"
    ),
}
_COMMANDS = {
    "help": (
        "help me, i need help, can you help me, "
        "can you help, please help, what can you do, what do you do, what can i ask, "
        "what can i ask you, what can i do, what can i do here, how does this work, "
        "how does this bot work, how do i use this, how do i use this bot, how do i use you, "
        "how to use this, how to use this bot, how does it work, what now, what do you know, "
        "what is this, whats this, what s this, show me what you can do"
    ),
    "quiz": (
        "start the quiz, start quiz, start a quiz, begin the quiz, begin quiz, take the quiz, "
        "take quiz, take a quiz, do the quiz, do a quiz, open the quiz, show the quiz, quiz me, "
        "quiz please, the quiz, i want to take the quiz, i want to do the quiz, "
        "i want to start the quiz, i wanna take the quiz, id like to take the quiz, "
        "i d like to take the quiz, let me take the quiz, lets do the quiz, let s do the quiz, "
        "can i take the quiz, can i do the quiz, where is the quiz, wheres the quiz, "
        "where s the quiz, continue the quiz, continue quiz, resume the quiz, resume quiz, "
        "go on with the quiz, continue, resume, take the test, start the test"
    ),
    "results": (
        "show my results, show my result, my result, my quiz results, my quiz result, "
        "what was my result, what were my results, whats my result, what s my result, "
        "what is my result, see my results, show results, quiz results"
    ),
}
_OPENING = re.compile(r"^(?:hi|hey|hello|ok|okay|oh|so|well|ah) ")
_ADDRESS = re.compile(
    r" (?:a lot|so much|very much|crossroads|bot|mate|man|bro|dude|guys|everyone|all|there|"
    r"everybody|folks|team|today|please|pls|again|then|now|buddy|friend)$"
)
_MAX_LENGTH = 60  # characters of small talk
_MAX_PHRASE = 5  # words of one of several phrases
_IN_DANGER = re.compile(
    r"\b(?:(?:want to|wanna|going to|gonna) (?:kill|hurt) myself"
    r"|(?:want to|wanna|going to|gonna) end my (?:own )?life(?! as)"
    r"|(?:i am|i.?m|feel|feeling|been) suicidal|(?:think|thinking|thought) (?:about|of) suicide"
    r"|(?:think|thinking|thought) (?:about|of) self[- ]harm|giv(?:e|ing) up on life(?![ -]?scien)"
    r"|(?:want to|wanna) die(?! on)"
    r"|(?:don.?t|do not) (?:want to|wanna) (?:live|be alive)(?: any ?more)?(?=$|[.!?]))(?!\w)",
    re.IGNORECASE,
)


def find_small_talk(line: str) -> Call | None:
    """Return the call that answers *line* if it is small talk, or asks for help or a quiz.

    Whom it addresses doesn't matter: "thanks a lot, bot".
    """
    plain = normalize(line[: _MAX_LENGTH + 1])
    while len(plain) <= _MAX_LENGTH:
        found = _calls().get(plain)
        shorter = _ADDRESS.sub("", plain)
        shorter = _OPENING.sub("", plain) if shorter == plain else shorter
        if found is not None:
            return found
        if shorter == plain:
            return _find_words(plain)
        plain = shorter
    return None


def _find_words(plain: str) -> Call | None:
    """Return the call that answers several phrases if each is small talk: "got it, thanks".

    Distress goes before a complaint, that before a wish to stop, and the last phrase before others.
    """
    words, found, at = plain.split(), list[Call](), 0
    while at < len(words):
        ends = range(min(at + _MAX_PHRASE, len(words)), at, -1)
        known = ((end, _calls().get(" ".join(words[at:end]))) for end in ends)
        at, call = next(((end, call) for end, call in known if call), (at, None))
        if call is None or call.command != COMMAND:
            return None
        found.append(call)
    by_topic = {call.args["topic"]: call for call in found}
    urgent = (by_topic.get(each) for each in (Topic.DISTRESS, Topic.COMPLAINT, Topic.STOP))
    return next(filter(None, urgent), found[-1] if found else None)


def find_danger(text: str) -> Call | None:
    """Return the call that answers somebody who may be in danger, whatever else *text* asks."""
    in_danger = _IN_DANGER.search(text)
    return Call(COMMAND, {"topic": Topic.DISTRESS.value}) if in_danger else None


def topics(registry: NameRegistry) -> NameIndex[Topic]:
    """Return a NameIndex that finds the topics of small talk by their ids."""
    del registry
    return NameIndex("topic", (NamedValue(each, each, each) for each in Topic))


@cache
def _calls() -> dict[str, Call]:
    """Return a dict from normalized lines to calls."""
    found = {text: Call(name) for name, texts in _COMMANDS.items() for text in texts.split(", ")}
    for topic, texts in _TOPICS.items():
        found |= dict.fromkeys(texts.split(", "), Call(COMMAND, {"topic": topic.value}))
    return found
