"""Random quizzes with random answers."""

from hypothesis import strategies as st

from content import OutcomeWeight, Quiz, QuizItem, QuizOption, QuizOutcome


@st.composite
def random_quizzes(draw: st.DrawFn, *, items: int = 5) -> Quiz:
    outcomes = [f"o{number}" for number in range(draw(st.integers(2, 4)))]
    weights = st.dictionaries(st.sampled_from(outcomes), st.integers(1, 4))
    made = [
        QuizItem(
            id=f"i{number}",
            asks="Which one?",
            about="a choice",
            tie_break=draw(st.booleans()) and draw(st.booleans()),
            options=tuple(
                QuizOption(
                    id=name,
                    says=name,
                    points=tuple(
                        OutcomeWeight(outcome=outcome, weight=weight, because="so", source="any")
                        for outcome, weight in draw(weights).items()
                    ),
                )
                for name in "abc"[: draw(st.integers(2, 3))]
            ),
        )
        for number in range(draw(st.integers(1, items)))
    ]
    named = tuple(QuizOutcome(id=each, name=each, means="It.", next=("help",)) for each in outcomes)
    return Quiz(id="random", title="Random", intro="A quiz.", outcomes=named, items=tuple(made))


@st.composite
def random_answers(draw: st.DrawFn) -> tuple[Quiz, dict[str, str | None], str | None]:
    """Draw a quiz, answers (some skipped), and the item that counts double, if any."""
    quiz = draw(random_quizzes())
    answers = {
        item.id: draw(st.sampled_from([*(option.id for option in item.options), None]))
        for item in quiz.items
    }
    return quiz, answers, draw(st.sampled_from([None, *(item.id for item in quiz.items)]))
