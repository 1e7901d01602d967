"""Loads what reading a post needs before the first one comes."""

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify

_SAMPLE = b"""---
title: A sample
date: 2010-03-05
tags: [sample]
author: Nobody
---

A paragraph with a [link](https://example.com/) and a picture: ![one](sample.png).

> A quotation

```python
code = True
```

| a | table |
|---|---|
| 1 | 2 |
"""


def read_sample() -> None:
    """Read a post that has a little of everything: lexers, the sanitiser and parsers are loaded by it."""
    read_post(classify("posts/sample.md"), _SAMPLE, SiteSettings(url="https://example.com"))
