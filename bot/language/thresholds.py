"""Every threshold of language understanding: what it decides, and what it was measured on.

Scores from 0 to 100 are rapidfuzz ratios. "The test lines" are those of test_parser.py and
test_intent.py in tests/bot/language. "Typos" are random single-letter edits of every name that
members can type. "FAQ words" are the different words of all FAQ questions, each compared with every
kind of name that it doesn't belong to. tests/bench/thresholds.py measures typos and FAQ words.
"""

# Names, in name_index

NAME_MATCH = 72
"""A score from which a typo counts as a name.

It corrects 99% of typos, and takes 3.0% of FAQ words for one. 76 corrects 96% (1.6%), 68 as many as
72 (3.8%). All test lines pass from 56 to 84.
"""

SPACELESS_NAME_MATCH = 88
"""The same for a name that is written without its spaces: "enginer" isn't "aiengineer".

At 72, "prompt" in "salary prompt engineer" is taken for a role; from 76 on all test lines pass.
"""

DIFFERENCE_MATCH = 60
"""How similar the words must be that two names don't share: a prompt engineer is no ML engineer.

All test lines pass from 55 to 85. 50 corrects 99.8% of typos, 60 99.0%, 70 96.8%.
"""

MAX_NAME_CANDIDATES = 5
"""The number of most similar names that are checked. More than 3 change nothing for the typos."""

MIN_NAME_LENGTH = 3
"""Letters below which nothing counts as a typo. From 4 on, "my dta" isn't corrected any more."""

# Arguments, in argument_parser

OPTION_NAME_MATCH = 72
"""A score from which an unknown ``key:`` is a typo of an option, such as "zonne:UTC".

Chosen like NAME_MATCH. It isn't tight: all test lines pass from 52 to 92.
"""

CONFIDENT_MATCH = 88
"""A score from which a typo of several words is preferred to a shorter exact name.

It is also the score from which a name counts in the middle of a question. All test lines pass from
76 to 92: at 72 "L5" is taken for a level, at 96 "compre ai enginer ml" isn't corrected.
"""

EXACT_MATCH = 100
"""The score of a name without a typo."""

MAX_NAME_TOKENS = 5
"""Words in a name. "4 years of relevant experience" has the most."""

MAX_TYPO_TOKENS = 3
"""Words in a name with a typo. At 1, five test lines fail; 2 to 5 make no difference."""

MAX_UNKNOWN_TOKENS = 10
"""Unknown words after which parsing stops. A line of 100 of them takes 14 ms, not 145 ms."""

# Whole lines, in intent and parser

MAX_LINE_TOKENS = 30
"""Words of a line that are read. The longest test question has 15."""

MIN_QUESTION_TOKENS = 3
"""Words from which a line without a command may be a question.

At 2, typos such as "ai rodmap" become questions; at 5, "what can you do" isn't one any more.
"""

MAX_OFFERED_CALLS = 3
"""Commands that are offered for an unclear line. Chosen by eye: they fit one row of buttons."""

# Search, in search and the faq command

ANSWER_SCORE = 0.5
"""A score from which an FAQ entry answers a question.

Of the 38 paraphrases in tests/bot/language/test_search.py, 30 get an answer, 27 the right one. None
of the 18 questions that the FAQ doesn't cover gets one. At 0.46 the numbers are 32, 29 and 1, at
0.54 they are 27, 25 and 0.
"""

TOPIC_SCORE = 0.3
"""A score from which an FAQ entry is worth offering. Nothing changes for the paraphrases from 0.25
to 0.35; at 0.4 two of them lose their entry.
"""

CLOSE_SCORE_SHARE = 0.85
"""A share of the best score from which another FAQ entry is offered, too. Chosen by eye."""

RECALL_WEIGHT = 2.0
"""How much more the question's words count than the FAQ entry's (beta squared of the F-measure).

Results for the paraphrases are the same from 1.5 to 2.5. At 1 two fail; at 3 an off-topic question
gets an answer.
"""

OTHER_SUBJECT_FACTOR = 0.6
"""The part of a score that remains if the entry is about the other role or country.

Results are the same from 0.4 to 0.6; at 0.8 two paraphrases find a wrong entry.
"""

PARTIAL_SUBJECT_FACTOR = 0.85
"""The part that remains if the entry is about one of both, or the question alone about hiring.

Results are the same from 0.85 to 1; at 0.8 a paraphrase loses its answer.
"""

UNKNOWN_TERM_WEIGHT = 1.6
"""How much more a word weighs that is in no FAQ entry than the rarest that is.

At 1 to 1.4 one to three more paraphrases get an answer; 1.6 to 2 are the same. It was raised so
that a question about something else isn't answered.
"""

TERM_MATCH = 84
"""A score from which two words are the same in a search.

It matches 60% of typos in FAQ words, and takes 5.7% of the other words in FAQ answers for one. 80
matches 78% (13%), 88 47% (3.8%). All test lines pass from 70 to 90.
"""

MIN_TERM_LENGTH = 5
"""Letters that a word needs for TERM_MATCH. At 6 "delet my data" isn't understood any more."""

# Completion

COMPLETION_MATCH = 55
"""A partial-ratio score from which a name is suggested if none contains the typed text.

It may be low, as people choose from what they see. From the first two thirds of a name with a typo,
40 to 65 find 98.5% of the names; 40 shows 18 names on average, 55 shows 8, 65 shows 5.
"""
