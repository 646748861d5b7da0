"""Runs modules of Python's own regression tests and tells how each test of them ended.

The arguments are those of ``python3 -m test``. After its usual output come lines that begin with ``@@``: the outcome (ok, skip, fail, error), the test's name and, of a
failure, the last line of its report; separated by tabs and sorted.
"""

import os
import sys
import tempfile
import xml.etree.ElementTree as xml

from test.libregrtest import main

OUTCOMES = {"failure": "fail", "error": "error", "skipped": "skip"}


def outcomes(report):
    for case in xml.parse(report).iter("testcase"):
        outcome, last = "ok", ""
        for child in case:
            if child.tag in OUTCOMES:
                outcome = OUTCOMES[child.tag]
                last = ([line for line in (child.text or "").splitlines() if line.strip()] or [child.get("message") or ""])[-1]
        yield f"@@{outcome}\t{case.get('name')}\t{last.strip()}".rstrip()


def run():
    folder = tempfile.mkdtemp(prefix="mote-test-python-")
    report = os.path.join(folder, "report.xml")
    status = 0
    sys.argv[1:1] = ["--junit-xml", report]
    try:
        main()
    except SystemExit as end:
        status = end.code
    sys.stdout.flush()
    print()
    for line in sorted(set(outcomes(report))) if os.path.exists(report) else []:
        print(line)
    print(f"@@end\t{status}")


if __name__ == "__main__":
    run()
