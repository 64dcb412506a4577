from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import pytest

from bot.app import App, CommandContext
from bot.call import Caller
from bot.cli.content import write_command
from bot.command import Arg, Command, Example, command
from bot.registry import ContentContext
from bot.reply import Reply

EXAMPLE = Example("x", shows=("y",))
Function = Callable[..., Awaitable[Reply]]


async def undocumented(context: CommandContext) -> Reply:
    return Reply("Done.")


async def wordy(context: CommandContext) -> Reply:
    return Reply("Done.")


async def bare(context: CommandContext, size: str) -> Reply:
    return Reply("Done.")


async def Loud(context: CommandContext) -> Reply:  # noqa: N802  # the name is what is wrong with it
    return Reply("Done.")


async def vague(context: CommandContext, size: Annotated[str, Arg("x" * 101)]) -> Reply:
    return Reply("Done.")


async def plain(context: CommandContext) -> Reply:
    return Reply("Done.")


async def cached(context: ContentContext) -> Reply:
    return Reply("Done.")


async def unannotated(context: CommandContext):  # type: ignore[no-untyped-def]  # noqa: ANN201  # what is wrong
    return Reply("Done.")


async def misannotated(context: CommandContext) -> str:
    return "Done."


for function in (bare, Loud, vague, plain, cached, unannotated, misannotated):
    function.__doc__ = "Do something."
wordy.__doc__ = "w" * 101


@pytest.mark.parametrize(
    ("function", "examples", "expected"),
    [
        (undocumented, (EXAMPLE,), "first line must have 1 to 100"),
        (wordy, (EXAMPLE,), "first line must have 1 to 100"),
        (bare, (EXAMPLE,), "annotate 'size'"),
        (Loud, (EXAMPLE,), "lowercase"),
        (vague, (EXAMPLE,), "describe 'size'"),
        (plain, (), "at least one Example"),
        (unannotated, (EXAMPLE,), "annotate it as returning a Reply"),
        (misannotated, (EXAMPLE,), "annotate it as returning a Reply"),
    ],
)
def test_a_declaration_that_a_platform_would_refuse_fails_at_import(
    function: Function, examples: tuple[Example, ...], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        command(*examples)(function)


def test_every_command_is_found_and_keeps_its_names_apart(app: App) -> None:
    wanted = {"compare", "salary", "tools", "roadmap", "interview", "ask", "sources", "help"}
    assert wanted <= set(app.commands)
    names = [name for each in app.commands.values() for name in (each.name, *each.aliases)]
    assert len(names) == len(set(names))


async def test_a_scaffolded_command_declares_itself_and_answers_its_examples(
    tmp_path: Path, app: App
) -> None:
    source = write_command("say-hello", tmp_path).read_text(encoding="utf-8")
    namespace: dict[str, object] = {"__name__": "say_hello"}
    exec(compile(source, "say_hello.py", "exec"), namespace)  # noqa: S102  # our own template
    declared = vars(namespace["say_hello"])["command"]
    assert isinstance(declared, Command)
    fresh = App(app.content, {"say-hello": declared})
    for example in declared.examples:
        reply = await fresh.handle(fresh.parse(example.line), Caller("test:1"))
        assert example.shows[0] in str(reply)


@pytest.mark.parametrize("name", ["Hello", "1st", "", "../x", "a" * 33, "import os"])
def test_a_name_that_no_command_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="lowercase"):
        write_command(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_command_is_never_overwritten(tmp_path: Path) -> None:
    write_command("greet", tmp_path)
    with pytest.raises(ValueError, match="already exists"):
        write_command("greet", tmp_path)


def test_more_options_than_discord_takes_fail_at_import() -> None:
    arguments = ", ".join(f"a{n}: Annotated[str, Arg('x')] = ''" for n in range(26))
    source = (
        f"async def crowded(context: CommandContext, {arguments}) -> Reply:\n    'Do something.'\n"
    )
    names: dict[str, object] = {
        "Annotated": Annotated,
        "Arg": Arg,
        "CommandContext": CommandContext,
        "Reply": Reply,
    }
    exec(source, names)  # noqa: S102  # ours
    with pytest.raises(ValueError, match="more than 25 arguments"):
        command(EXAMPLE)(names["crowded"])  # type: ignore[arg-type]  # what exec made


def test_only_a_command_without_a_clock_is_cacheable() -> None:
    declared = [vars(command(EXAMPLE)(each))["command"] for each in (plain, cached)]
    assert [each.cacheable for each in declared] == [False, True]
    given = {*dir(ContentContext)} - {*dir(object)}
    assert given.isdisjoint({"now", "who", "call", "store", "app"})


def test_a_content_context_does_not_lead_to_the_app_and_its_clock(app: App) -> None:
    reached = app._content_context.registry  # noqa: SLF001  # the ContentContext that cached commands get
    assert not isinstance(reached, App)
    assert {*vars(reached)} == {"content", "commands", "name_registry"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("settings-badges", "the command settings-badges already has the name 'settings-badges'"),
        ("salaries", "the command salary already has"),
        ("quiz-answer", "already"),
        ("quiz", "a module can't be called 'quiz'"),
        ("settings", "a module can't be called 'settings'"),
        ("class", "a module can't be called 'class'"),
    ],
)
def test_a_new_command_takes_no_name_of_another_and_none_that_python_refuses(
    tmp_path: Path, name: str, reason: str
) -> None:
    for group in ("quiz", "settings"):
        (tmp_path / group).mkdir()
    with pytest.raises(ValueError, match=reason):
        write_command(name, tmp_path)
    assert not list(tmp_path.glob("*.py"))
