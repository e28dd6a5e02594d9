"""The order of jobs: the newest request first, then what is prefetched; what nobody waits for is left out."""

from __future__ import annotations

from pdm_nb.document_preview import PageRequest
from pdm_nb.document_preview.page_preview import page_key
from pdm_nb.document_preview.preview_queue import PageJob, PageKey, PreviewQueue


def key(name: str) -> PageKey:
    return page_key("page", f"/{name}.pdf", 0, None, 900)


def ask(queue: PreviewQueue, name: str) -> PageRequest:
    request = PageRequest()
    queue.ask(key(name), request)
    return request


def order(queue: PreviewQueue) -> list[str]:
    names = []
    while (job := queue.next(0)) is not None:
        names.append(job.key.path[1])
    return names


def test_the_newest_request_is_first_and_prefetched_ones_are_last() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x"), key("y")])
    for name in "abc":
        ask(queue, name)
    assert order(queue) == ["c", "b", "a", "x", "y"]


def test_a_cancelled_request_is_left_out() -> None:
    queue = PreviewQueue()
    ask(queue, "a")
    ask(queue, "b").cancel()
    assert order(queue) == ["a"]


def test_the_same_page_is_one_job_and_becomes_the_newest() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x"), key("a")])
    for name in "aba":
        ask(queue, name)
    assert order(queue) == ["a", "b", "x"]


def test_a_new_list_replaces_what_is_prefetched() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x")])
    ask(queue, "a")
    queue.prefetch([key("a"), key("y")])
    assert order(queue) == ["a", "y"]


def test_a_job_makes_way_if_nobody_waits_for_it() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x")])
    job = queue.next(0)
    assert job is not None
    assert not queue.is_outdated(job)
    request = ask(queue, "a")
    assert queue.is_outdated(job)
    ask(queue, "x")  # now somebody waits for what is drawn
    assert not queue.is_outdated(job)
    asked = queue.next(0)
    assert asked is not None
    assert not queue.is_outdated(asked)
    request.cancel()
    assert queue.is_outdated(asked)


def test_what_made_way_is_prefetched_later() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x"), key("y")])
    job = queue.next(0)
    assert isinstance(job, PageJob)
    queue.put_back(job)
    assert order(queue) == ["x", "y"]


def test_a_request_after_the_end_of_a_job_is_a_new_job() -> None:
    queue = PreviewQueue()
    first = ask(queue, "a")
    job = queue.next(0)
    assert job is not None
    assert queue.finish(job) == [first]
    ask(queue, "a")
    second = queue.next(0)
    assert second is not None
    assert second is not job


def test_a_job_that_made_way_is_drawn_if_somebody_waits_for_it_again() -> None:
    queue = PreviewQueue()
    ask(queue, "a").cancel()
    queue.prefetch([])
    ask(queue, "b")
    job = queue.next(0)
    assert job is not None
    job.requests[0].cancel()
    ask(queue, "b")  # between the cancelling and the end of the job
    queue.put_back(job)
    assert order(queue) == ["b"]


def test_a_prefetched_page_is_not_tried_for_ever() -> None:
    queue = PreviewQueue()
    queue.prefetch([key("x")])
    job = queue.next(0)
    assert job is not None
    job.attempts = 3
    queue.put_back(job)
    assert order(queue) == []


def test_a_closed_queue_returns_what_is_left_and_nothing_more() -> None:
    queue = PreviewQueue()
    ask(queue, "a")
    ask(queue, "b")
    assert queue.next(0) is not None
    assert {job.key.path for job in queue.close()} == {"/a.pdf", "/b.pdf"}
    assert queue.next(0) is None


def test_keys_are_within_limits() -> None:
    assert page_key("page", "/a.pdf", 0, (0.0, 0.0, 1.0, 1.0), 900) == key("a")
    assert page_key("page", "/a.pdf", 0, (-1.0, 0.5, 0.4, 9.0), 10**9).region == (0.0, 0.5, 0.4, 1.0)
    empty = page_key("page", "/a.pdf", 0, (0.5, 1.0, 0.5, 0.2), -5)
    assert empty.region == (0.5, 0.998, 0.502, 1.0)
    assert empty.width == 16
