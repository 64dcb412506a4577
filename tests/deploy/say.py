"""Run in the stand-in's container: type a command there, and print the answer.

python /tests/deploy/say.py /ready
python /tests/deploy/say.py "/slash/salary?level=senior"
"""

import sys
import urllib.request

from door import DOOR

with urllib.request.urlopen(f"http://127.0.0.1:{DOOR}{sys.argv[1]}", timeout=70) as answer:
    sys.stdout.write(answer.read().decode() + "\n")
