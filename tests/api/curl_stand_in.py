"""A stand-in for curl, which no package of Python or npm holds: it does what the examples of docs/api.md ask of curl.

It knows the two options that they use, and refuses every other. Where the machine has curl, the examples run with both.
"""

import argparse
import sys
import urllib.error
import urllib.request


def main() -> None:
    parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
    parser.add_argument("-s", "--silent", action="store_true", required=True)
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("url")
    asked = parser.parse_args()

    headers = {"Accept": "*/*"} | {
        name: value.strip() for name, _, value in (one.partition(":") for one in asked.header)
    }
    request = urllib.request.Request(asked.url, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            data = answer.read()
    except urllib.error.HTTPError as error:  # which curl shows like any other answer
        data = error.read()
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
