"""How long anything we serve may be kept, by CloudFront and by browsers: the one table of lifetimes.

What CloudFront serves is at most `BOUND_SECONDS` older than the bucket or the index. An edge location asks its regional
cache and that asks the origin; whether the edge counts the time that an answer has spent in the regional cache is not
documented, so the lifetimes below are short enough for both to run one after the other. No `stale-while-revalidate`:
with it the first reader after a change, and a lone reader always, would see the old page.

template.yaml repeats `SHARED_SECONDS` as the most that its cache policies allow, whatever an object's own header says,
and `ERROR_SECONDS` as the time that a missing object stays missing; a test compares them.
"""

BOUND_SECONDS = 60
# How many caches may lie between a reader and the origin, each of them unaware of the other's age.
CACHES_IN_A_ROW = 2
SHARED_SECONDS = 20
# How long a copy may stand in for an origin that answers 5xx. Without a number CloudFront would use it without end.
STALE_ON_ERROR_SECONDS = 5
# A page about to be published must not stay missing.
ERROR_SECONDS = 5

_BROWSERS_ASK = "public, max-age=0, must-revalidate"
# Whatever changes at its address. A browser asks each time and gets 304, so its own cache adds nothing to the bound.
CHANGING = f"{_BROWSERS_ASK}, s-maxage={SHARED_SECONDS}, stale-if-error={STALE_ON_ERROR_SECONDS}"
# What is not there, and may be any moment.
MISSING = f"{_BROWSERS_ASK}, s-maxage={ERROR_SECONDS}"
# The name changes with the content, so the content of a name never does.
IMMUTABLE = "public, max-age=31536000, immutable"
# What follows from the request alone, such as the redirect to the address with the final slash.
FIXED = "public, max-age=300"
# What tells of a passing failure.
NEVER = "no-store"
