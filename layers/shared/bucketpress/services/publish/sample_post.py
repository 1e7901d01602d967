"""Loads what reading a post needs before the first one comes."""

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify

# Which lexer the first post will need nobody knows; that of diffs is small, and the table of all comes with it.
_SAMPLE = b"""---
title: A sample
date: 2010-03-05
tags: [sample]
author: Nobody
---

A paragraph with a [link](https://example.com/) and a picture: ![one](sample.png).

> A quotation

```diff
+ code
```

| a | table |
|---|---|
| 1 | 2 |
"""


def read_sample() -> None:
    """Read a post that has a little of everything: lexers, the sanitiser and parsers are loaded by it."""
    read_post(classify("posts/sample.md"), _SAMPLE, SiteSettings(url="https://example.com"))
