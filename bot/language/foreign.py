"""Questions in other languages: their common words in English.

A search understands English. Members also write "salaire ml engineer en france" or "cuánto gana":
the words of this field are few, so a list of them is enough to find the answer, which is English.
"""

import re
import unicodedata
from functools import cache

# English, then what it is called in Spanish, Portuguese, French, Italian, German, Dutch, Polish,
# Turkish, Indonesian, Russian and Hindi in Latin letters; without accents.
_WORDS = """
how much earn: cuanto gana, cuanto ganan, cuanto cobra, cuanto cobran, cuanto se gana, cuanto pagan, quanto ganha, quanto ganham, quanto ganho, quanto paga, combien gagne, combien gagnent, combien gagne t on, combien touche, quanto guadagna, quanto guadagnano, quanto prende, wie viel verdient, wieviel verdient, wie viel verdienen, wieviel verdienen, was verdient, was verdienen, wie viel verdient man, was verdient man, hoeveel verdient, wat verdient, ile zarabia, ile zarabiaja, ile sie zarabia, ne kadar kazanir, ne kadar kazaniyor, kitna kamate, kitna kamata, kitna milta, skolko zarabatyvaet, berapa gaji
how much salary: kitna salary, kitni salary, salary kitni, salary kitna, kitni hai salary
salary: salario, salarios, sueldo, sueldos, salaire, salaires, remuneration, stipendio, stipendi, gehalt, gehaelter, gehalter, verdienst, lohn, salaris, loon, zarobki, pensja, placa, wynagrodzenie, maas, maasi, gaji, zarplata, tankhwah, vetan, remuneracao, ordenado
how much: cuanto, cuanta, quanto, combien, wie viel, wieviel, hoeveel, ile, ne kadar, kitna, kitni, skolko, berapa
ai engineer: ingenieur ia, ingenieur en ia, ingenieure ia, ingeniero de ia, ingeniero ia, ingeniera de ia, ingeniero en ia, engenheiro de ia, engenheira de ia, engenheiro ia, ingegnere ai, ingegnere ia, ki ingenieur, ki entwickler, ki ingenieure, inzynier ai, ingeniero de inteligencia artificial, engenheiro de inteligencia artificial, ingenieur intelligence artificielle, inzynier sztucznej inteligencji
ml engineer: ingenieur ml, ingenieur machine learning, ingenieur en machine learning, ingeniero de machine learning, ingeniero machine learning, ingeniero de ml, ingeniero ml, engenheiro de machine learning, engenheiro machine learning, engenheiro de ml, ingegnere machine learning, ingegnere ml, machine learning ingenieur, ml ingenieur, ml entwickler, inzynier ml, inzynier machine learning
data scientist: cientifico de datos, cientista de dados, scientifique de donnees, scienziato dei dati, datenwissenschaftler
data engineer: ingeniero de datos, engenheiro de dados, ingenieur donnees, ingenieur data
machine learning: aprendizaje automatico, aprendizado de maquina, apprentissage automatique, maschinelles lernen, maschinellem lernen, uczenie maszynowe, makine ogrenmesi
artificial intelligence: inteligencia artificial, intelligence artificielle, intelligenza artificiale, kunstliche intelligenz, sztuczna inteligencja, yapay zeka
engineer: ingeniero, ingeniera, engenheiro, engenheira, ingenieur, ingenieurin, ingegnere, inzynier, muhendis, muhendisi
developer: desarrollador, programador, desenvolvedor, developpeur, sviluppatore, entwickler, programista, ontwikkelaar
AI: ia
difference between: diferencia entre, diferenca entre, difference entre, differenza tra, unterschied zwischen, verschil tussen, roznica miedzy
become: convertirme en, convertirse en, tornar me, virar, devenir, diventare, werden, zostac, worden
how do I: como puedo, como faco para, comment puis je, comment, come posso, wie kann ich, wie werde ich, hoe kan ik, jak
do I need: necesito, preciso de, ai je besoin de, faut il, ho bisogno di, brauche ich, brauch ich, heb ik nodig, potrzebuje
math: matematicas, matematica, matematik, maths, mathe, mathematik, matematyka, wiskunde
degree: titulo universitario, diploma universitario, diplome, laurea, studium, abschluss, studia
experience: experiencia, esperienza, erfahrung, doswiadczenie, ervaring, anos de experiencia
years: anos, ans, anni, jahre, jaar, lat, yil, saal
job: trabajo, empleo, trabalho, emprego, travail, emploi, lavoro, arbeit, stelle, praca, iş, baan, naukri
interview questions: preguntas de entrevista, perguntas de entrevista, questions d entretien, domande di colloquio, vorstellungsgesprach
interview: entrevista, entretien, colloquio, bewerbungsgesprach, rozmowa kwalifikacyjna, mulakat
tools: herramientas, ferramentas, outils, strumenti, werkzeuge, narzedzia
learn: aprender, apprendre, imparare, lernen, uczyc sie, leren, seekhna, ogrenmek
which is better: cual es mejor, qual e melhor, lequel est mieux, quale e meglio, was ist besser, co jest lepsze, wat is beter, kaunsa better hai
start from zero: desde cero, do zero, de zero, a partir de zero, da zero, von null, od zera
thanks: gracias, obrigado, obrigada, merci, grazie, danke, dank je, dziekuje, tesekkurler, dhanyavad, shukriya, spasibo
Germany: alemania, alemanha, allemagne, germania, deutschland, niemcy, duitsland, almanya
France: francia, franca, frankreich, francja
Spain: espana, espanha, espagne, spagna, spanien, hiszpania
Italy: italia, italie, italien, wlochy
Poland: polonia, pologne, polen, polska, polsce
United Kingdom: reino unido, royaume uni, regno unito, grossbritannien, angleterre, inglaterra
United States: estados unidos, etats unis, stati uniti, vereinigte staaten
Netherlands: paises bajos, holanda, pays bas, niederlande, nederland, hollande
Switzerland: suiza, suisse, svizzera, schweiz
Austria: autriche, osterreich
India: inde, indien, bharat
Brazil: brasil, bresil
Portugal: portogallo
Canada: kanada
"""
# Small words, which count only beside one of the words above.
_SMALL = """
in: en, em, im, w, mein, mei, dans, au, aux, nel, nella
a: un, una, um, uma, une, ein, eine, einen, il, el, le, les, los, las, der, die, das, uno
and: y, e, et, und, ed, oraz
or: o, ou, oder, oppure, lub
of: de, del, do, da, du, des, von, ka, ki, ke, di, d
what: que, qual, cual, quel, quelle, quale, was, co, kya
is: es, est, ist, jest, hai, sind
for: para, pour, per, fur, dla, voor
as: como, comme, als, jako
with: con, com, avec, mit, z, met
"""
_MAX_WORDS = 4
_LETTERS = re.compile(r"[\w$£€₹.,'+#-]+")


def to_english(text: str) -> str:
    """Return *text* with the words of other languages in English; English stays as it is."""
    tokens = text.split()
    plain = [_strip_accents(each) for each in tokens]
    words, small = _read(_WORDS), _read(_SMALL)
    parts: list[str | None] = [None] * len(tokens)
    for at in range(len(tokens)):
        for count in range(min(_MAX_WORDS, len(tokens) - at), 0, -1):
            found = words.get(" ".join(plain[at : at + count]))
            if found is not None and parts[at] is None:
                parts[at : at + count] = [found, *[""] * (count - 1)]
                break
    if not any(parts) or not _is_foreign(plain, parts):
        return text
    rest = [
        part if part is not None else small.get(word, token)
        for part, word, token in zip(parts, plain, tokens, strict=True)
    ]
    return " ".join(filter(None, rest))


def _is_foreign(plain: list[str], parts: list[str | None]) -> bool:
    """Return True unless the only foreign words are also English, such as "lot" or "maths"."""
    return any(part and word not in _ALSO_ENGLISH for word, part in zip(plain, parts, strict=True))


_ALSO_ENGLISH = frozenset(
    "ai ia ki lat ans anos ile comment maths placa virar iş maas loon saal polonia studia merci danke "
    "gracias remuneration jak werden devenir worden come praca india canada portugal germania maas".split()
)


@cache
def _read(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table.strip().splitlines():
        english, _, others = row.partition(": ")
        found |= dict.fromkeys(others.split(", "), english)
    return found


def _strip_accents(word: str) -> str:
    folded = unicodedata.normalize("NFD", word.casefold().replace("ß", "ss").replace("ł", "l"))
    letters = "".join(each for each in folded if not unicodedata.combining(each))
    return letters.strip(".,;:!?¿¡()\"'").replace("'", " ")
