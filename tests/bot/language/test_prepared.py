"""The file of prepared documents agrees with the content; other documents are read at once."""

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.language.retrieval.documents import Document, read_document
from bot.language.retrieval.names import NameMarker
from bot.language.retrieval.prepared import PreparedDocuments
from bot.language.retrieval.search import SearchIndex
from bot.language.retrieval.vectors import TextVectors, WordVectors
from bot.language.understanding import list_documents, search_index
from content import Content

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from search_index import write_documents


@pytest.fixture(scope="module")
def documents(content: Content) -> Mapping[str, Document]:
    return list_documents(content)


@pytest.fixture(scope="module")
def marker(content: Content) -> NameMarker:
    return NameMarker(content)


def test_the_file_has_what_is_read_of_each_document(
    documents: Mapping[str, Document], marker: NameMarker
) -> None:
    prepared = PreparedDocuments()
    vectors = TextVectors(WordVectors())
    found = prepared.find([*documents.values()], marker)
    for (id_, document), kept in zip(documents.items(), found, strict=True):
        assert kept is not None, f"{id_} has changed. Run make index."
        read = read_document(document, marker.split, vectors)
        assert dataclasses.replace(kept, vector=b"", words=frozenset()) == dataclasses.replace(
            read, vector=b"", words=frozenset()
        ), f"{id_} is read differently. Run make index."
        steps = [abs(a - b) for a, b in zip(kept.vector, read.vector, strict=True)]
        assert max(steps) <= 1, f"The vector of {id_} has changed. Run make index."
        assert read.words <= {*prepared.words}, f"{id_} has new words. Run make index."


def test_what_is_written_is_found(tmp_path: Path, marker: NameMarker) -> None:
    parking = Document("Where do I park in Berlin?", ["parking"], ["Behind the hangar."])
    path = tmp_path / "documents.bin"
    write_documents([parking], marker, path)
    prepared = PreparedDocuments(path)
    vectors = TextVectors(WordVectors())
    (found,) = prepared.find([parking], marker)
    read = read_document(parking, marker.split, vectors)
    assert found is not None
    assert (found.exact, found.stems, found.counts) == (read.exact, read.stems, read.counts)
    assert found.vector == read.vector
    assert {"hangar", "parking"} <= {*prepared.words}


def test_a_document_that_has_changed_is_not_found(
    documents: Mapping[str, Document],
    marker: NameMarker,
) -> None:
    phd = documents["phd"]
    changed = dataclasses.replace(phd, wordings=[*phd.wordings, "is a doctorate a must"])
    found = PreparedDocuments().find([phd, changed], marker)
    assert [each is not None for each in found] == [True, False]


def test_a_new_name_is_marked_in_the_documents_that_have_it(
    content: Content, documents: Mapping[str, Document]
) -> None:
    tool = next(iter(content.tools.values())).model_copy(update={"id": "phd", "name": "PhD"})
    changed = dataclasses.replace(content, tools={**content.tools, "phd": tool})
    found = PreparedDocuments().find([documents["phd"], documents["/roadmap"]], NameMarker(changed))
    assert [each is not None for each in found] == [False, True]


def test_an_entry_of_an_admins_own_is_found_beside_the_shipped_ones(
    content: Content, documents: Mapping[str, Document], marker: NameMarker
) -> None:
    parking = Document("Where do I park my zeppelin?", (), ["Behind the hangar."])
    index = SearchIndex({**documents, "parking": parking}, marker)
    for question in ("where can I park a zepelin", "hangar"):
        assert index.search(question).ids[0] == "parking"
    question = "do i need a doctorate"
    assert index.search(question).ids[0] == search_index(content).search(question).ids[0] == "phd"


def test_an_entry_that_an_admin_replaces_is_found_by_its_new_words_only(
    documents: Mapping[str, Document], marker: NameMarker
) -> None:
    parking = Document(
        "Where do I park my zeppelin?", ("zeppelin parking",), ["Behind the hangar."]
    )
    index = SearchIndex({**documents, "phd": parking}, marker)
    assert index.search("is there parking for a zeppelin").ids[0] == "phd"
    assert "phd" not in index.search("do i need a doctorate for ml").ids[:3]
