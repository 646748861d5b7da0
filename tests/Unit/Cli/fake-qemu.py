#!/usr/bin/env python3
"""Stands in for QEMU: connects to the chardevs of its command line and does what the kernel's command line says, as a guest would.

Words of -append and of the configuration on standard input: out=<bytes> writes that many bytes to stdout and as many to stderr; echo copies stdin to stdout until its end; control=<text> sends a line
(with _ for a space); serial=<text>; say=<text> prints to QEMU's own stderr; sleep=<seconds>; fail ends before the chardevs are connected; pid=<file> writes
its process id; ask-time asks for the time and writes the answer to stdout; hear=<line> waits for a line of the tool, await=<N> waits for the tool's line "signal N". The program's arguments (mote.arg=) count as such words too."""
import os
import socket
import sys
import time
import urllib.parse

words = []
paths = {}
for option, value in zip(sys.argv, sys.argv[1:]):
    if option == "-append":
        words += value.split()
    if option == "-fw_cfg" and value == "name=opt/mote/config,file=/proc/self/fd/0":
        words += sys.stdin.read().split()
    if option == "-chardev" and value.startswith("socket,"):
        keys = dict(part.split("=", 1) for part in value.split(",")[1:])
        paths[keys["id"]] = keys["path"]

words = [urllib.parse.unquote(word.removeprefix("mote.arg=")) for word in words]
if "fail" in words:
    print("qemu: nothing works", file=sys.stderr)
    sys.exit(1)

ports = {}
for name, path in paths.items():
    ports[name] = socket.socket(socket.AF_UNIX)
    ports[name].connect(path)

received = ""


def hear(line):
    """Waits for a line of the tool's, which counts once."""
    global received
    while line not in received:
        received += ports["control"].recv(1).decode() or sys.exit("the tool has gone")
    received = received.replace(line, "", 1)


for word in words:
    key, _, value = word.partition("=")
    if key == "out":
        block = bytes(i & 0xff for i in range(int(value)))
        ports["stdout"].sendall(block)
        ports["stderr"].sendall(block)
    elif key == "echo":
        while data := ports["stdin"].recv(4096):
            ports["stdout"].sendall(data)
    elif key == "control":
        ports["control"].sendall((value.replace("_", " ") + "\n").encode())
    elif key == "serial":
        ports["serial"].sendall((value.replace("_", " ") + "\r\n").encode())
    elif key == "say":
        print(value, file=sys.stderr)
    elif key == "pid":
        with open(value + ".new", "w") as file:
            file.write(str(os.getpid()))
        os.rename(value + ".new", value)
    elif key == "sleep":
        time.sleep(float(value))
    elif key == "ask-time":
        ports["serial"].sendall(b"\x05")
        while not (data := ports["control"].recv(4096)).startswith(b"time "):
            pass
        ports["stdout"].sendall(data)
    elif key == "await":
        hear(f"signal {value}\n")
    elif key == "hear":
        hear(value + "\n")
os._exit(1)
