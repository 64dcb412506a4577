"""Make bot/language/retrieval/word_vectors.bin from GloVe's own file (glove.6B.100d.txt).

Run: ``python tests/bench/word_vectors.py GLOVE_FILE``. GloVe's lines are a word and 100 numbers,
the most frequent word first. Each vector is scaled so that its largest number is 127.
"""

import re
import sys
from array import array
from pathlib import Path

from bot.language.retrieval.vectors import FILE

_MOST_FREQUENT = 15_000
_WORD = re.compile(r"[a-z]{2,}")
_MAX = 127
_RARER = frozenset(  # words of this field
    "kaggle recruiter recruiters internship internships bootcamp bootcamps freelancing freelancer "
    "freelancers chatbot chatbots phd hackathon linkedin devops backend frontend javascript resume "
    "mentors mentor negotiating underpaid overpaid salaries layoff layoffs burnout telecommute "
    "telecommuting visas interviewer interviewers interviewing startup startups python freelance "
    "apprenticeship apprenticeships coder coders programmer programmers statistician statisticians "
    "econometrics calculus algebra phds doctorate doctorates certification certifications "
    "obsolete outsourced outsourcing neural tutoring sponsorship workload overtime nontechnical "
    "techie techies resumes portfolios kubernetes tensorflow chatgpt gpt openai nlp github "
    "promotion promotions raise retention attrition headhunter headhunters contractors "
    "contractor".split()
)


def pack(glove: Path, target: Path) -> None:
    """Write the words of *glove* that the search needs, with their vectors, to *target*."""
    words, numbers = list[str](), array("b")
    with glove.open(encoding="utf-8") as lines:
        for line in lines:
            word, *vector = line.split()
            if _WORD.fullmatch(word) and (len(words) < _MOST_FREQUENT or word in _RARER):
                floats = list(map(float, vector))
                scale = _MAX / max(map(abs, floats))
                words.append(word)
                numbers.extend(round(each * scale) for each in floats)
    target.write_bytes(" ".join(words).encode() + b"\n" + numbers.tobytes())


if __name__ == "__main__":
    pack(Path(sys.argv[1]), FILE)
