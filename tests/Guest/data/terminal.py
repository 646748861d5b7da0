# A pseudo terminal between two threads, by Python's own modules.
import errno
import os
import select
import struct
import sys
import termios
import threading
import tty
from fcntl import ioctl

master, terminal = os.openpty()
print(os.isatty(master), os.isatty(terminal), os.ttyname(terminal).startswith("/dev/pts/"))
print(termios.tcgetattr(terminal)[:4])


def answer():
    with os.fdopen(os.dup(terminal), "r+b", buffering=0) as lines:
        while line := lines.readline():
            lines.write(b"got " + line.upper())


def read(count):
    data = b""
    while len(data) < count:
        data += os.read(master, count - len(data))
    return data


thread = threading.Thread(target=answer)
thread.start()
os.write(master, b"hello\n")
print(read(7 + 11))
os.write(master, b"mistake\x15world\n")
print(read(7 + 7 * 3 + 7 + 11))
os.write(master, b"\x04")
thread.join()

tty.setraw(terminal)
os.write(master, b"\x03raw\r")
print(os.read(terminal, 100) if select.select([terminal], [], [], 10)[0] else None)
ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 132, 0, 0))
print(os.get_terminal_size(master))
os.set_blocking(terminal, False)
try:
    os.read(terminal, 1)
except BlockingIOError as error:
    print(errno.errorcode[error.errno])
os.close(terminal)
try:
    os.read(master, 1)
except OSError as error:
    print(errno.errorcode[error.errno])
print(sys.stdin.isatty())
