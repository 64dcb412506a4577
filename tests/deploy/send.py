"""In a loopback platform's container, type a command as a member, and print the answer.

python /tests/deploy/send.py /ready
python /tests/deploy/send.py "/slash/salary?level=senior"
"""

import sys
import urllib.request

from control import PORT

with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{sys.argv[1]}", timeout=70) as answer:
    sys.stdout.write(answer.read().decode() + "\n")
