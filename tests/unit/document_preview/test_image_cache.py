"""The cache keeps the images that were used last, up to a number of bytes."""

from __future__ import annotations

from pdm_nb.document_preview.image_cache import OVERHEAD, ImageCache
from pdm_nb.document_preview.page_image import PageImage


def image(size: int) -> PageImage:
    return PageImage("a.pdf", data=bytes(size))


def test_the_image_that_was_not_used_for_the_longest_time_is_dropped() -> None:
    cache = ImageCache(2 * (5000 + OVERHEAD))
    first, second, third = image(5000), image(5000), image(5000)
    cache.put("a", first)
    cache.put("b", second)
    assert cache.get("a") is first
    cache.put("c", third)
    assert [cache.get(key) for key in "abc"] == [first, None, third]
    assert cache.bytes == 2 * (5000 + OVERHEAD)


def test_an_image_that_replaces_another_one_counts_once() -> None:
    cache = ImageCache(100_000)
    cache.put("a", image(5000))
    cache.put("a", image(7000))
    assert cache.bytes == 7000 + OVERHEAD


def test_an_image_that_is_larger_than_the_cache_is_not_kept() -> None:
    cache = ImageCache(5000)
    cache.put("a", image(6000))
    assert (cache.get("a"), cache.bytes) == (None, 0)


def test_images_without_data_count_too() -> None:
    cache = ImageCache(10 * OVERHEAD)
    for number in range(50):
        cache.put(number, PageImage("a.pdf", fault="a.pdf is empty."))
    assert sum(cache.get(number) is not None for number in range(50)) == 10
