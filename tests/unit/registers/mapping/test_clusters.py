from __future__ import annotations

import pytest

from pdm_nb.registers.mapping import find_clusters, merged
from pdm_nb.registers.mapping.clusters import fingerprint, ngram_fingerprint


@pytest.mark.parametrize(
    ("text", "same"),
    [("Müller, A.", "a müller"), ("Plan, Ground  floor", "ground floor plan plan"), ("É", "e")],
)
def test_the_fingerprint_is_the_one_of_openrefine(text: str, same: str) -> None:
    assert fingerprint(text) == fingerprint(same)


def test_the_ngram_fingerprint_is_the_one_of_openrefine() -> None:
    assert ngram_fingerprint("Paris") == "arispari"
    assert ngram_fingerprint("Ground floor") == ngram_fingerprint("groundfloor!")
    assert ngram_fingerprint("x") == "x"


def test_spellings_are_merged_into_the_most_frequent_one() -> None:
    values = ["Ground floor", "ground  floor", "Ground floor", "Groundfloor", "Roof", None, " "]
    clusters = find_clusters(values)
    assert [(dict(one.spellings), one.method) for one in clusters] == [
        ({"Ground floor": 2, "ground  floor": 1}, "fingerprint")
    ]
    assert merged(clusters) == {"ground  floor": "Ground floor"}
    (ngrams,) = find_clusters(values, ["ngram-fingerprint"])
    assert list(ngrams.spellings) == ["Ground floor", "ground  floor", "Groundfloor"]


@pytest.mark.parametrize(
    ("one", "other"), [("Level 1 1", "Level 1"), ("Level 11", "Level 111"), ("Level -1", "Level 1")]
)
def test_texts_with_other_numbers_never_share_a_cluster(one: str, other: str) -> None:
    assert find_clusters([one, other]) == []


def test_the_largest_cluster_comes_first() -> None:
    clusters = find_clusters(["a b", "b a", "Plan", "plan", "PLAN"])
    assert [one.best for one in clusters] == ["Plan", "a b"]
