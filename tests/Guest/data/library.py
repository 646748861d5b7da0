import base64
import collections
import datetime
import hashlib
import io
import json
import math
import os
import re
import struct
import sys
import tempfile
import textwrap
import zlib

data = {"numbers": [1, 2.5, -3e10], "text": "Grüße \u4e16\u754c", "nested": {"yes": True, "nothing": None}}
text = json.dumps(data, sort_keys=True, ensure_ascii=False)
print(text, json.loads(text) == data)
for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
    print(name, hashlib.new(name, b"mote" * 1000).hexdigest())
print(re.findall(r"(\w+)@(\w+)\.org", "ann@example.org, bob@test.org"), re.sub(r"\s+", " ", "a  b \t c"))
print(collections.Counter("abracadabra").most_common(3), math.factorial(50), 2**200 % 1000007)
print(zlib.crc32(b"mote"), len(zlib.compress(b"mote" * 1000)), zlib.decompress(zlib.compress(b"mote" * 3)))
print(struct.pack(">IHd", 1, 2, 3.5).hex(), base64.b64encode(b"mote").decode())
print(datetime.datetime.fromtimestamp(1709210096, datetime.timezone.utc).isoformat())
print(textwrap.fill("the quick brown fox jumps over the lazy dog " * 3, 30))
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    with open(path, "w") as file:
        file.writelines(f"line {i}\n" for i in range(1000))
    with open(path) as file:
        print(sum(len(line) for line in file), os.path.getsize(path), os.listdir(folder))
try:
    open("/missing")
except FileNotFoundError as e:
    print(type(e).__name__, e.errno, e.filename)
print(sum(sorted((i * 7919) % 10007 for i in range(20000))[:100]))
sys.stderr.write("to stderr\n")
sys.exit(3)
