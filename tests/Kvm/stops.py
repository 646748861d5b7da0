"""Starts QEMU with a machine that prints its times, stops it while this computer's clock jumps, moves it into a file and out of it again, and prints what it saw: one JSON object a reading.
Usage: stops.py JUMP KIND QEMU ARGUMENTS...    KIND is stop or move; JUMP is in seconds. It sets this computer's clock: for emulated computers."""
import atexit, json, os, re, socket, subprocess, sys, tempfile, threading, time

jump, kind, arguments = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
folder = tempfile.mkdtemp()
state = folder + '/state'
lines = []


class Machine:
    def __init__(self, more):
        path = folder + '/qmp'
        if os.path.exists(path):
            os.unlink(path)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(200)
        self.process = subprocess.Popen([*arguments, '-qmp', 'unix:' + path, *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        atexit.register(self.process.kill)
        self.monitor = listener.accept()[0].makefile('rw')
        self.monitor.readline()
        self.command('qmp_capabilities')
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            found = re.search(rb'at (\d+) (\d+)\s*$', line)
            if found:
                lines.append((int(found[1]), int(found[2]), time.time_ns()))
            else:
                print(line.decode(errors='replace').rstrip(), file=sys.stderr)

    def command(self, name, **words):
        self.monitor.write(json.dumps({'execute': name, 'arguments': words}) + '\n')
        self.monitor.flush()
        while True:
            answer = json.loads(self.monitor.readline())
            if 'error' in answer:
                sys.exit(f'{name}: {answer}')
            if 'return' in answer:
                return answer['return']

    def status(self, query, wanted):
        for _ in range(1200):
            answer = self.command(query)
            if answer.get('status') == wanted:
                return
            time.sleep(0.1)
        sys.exit(f'{query} never said {wanted}: {answer}')


def until(count):
    for _ in range(1200):
        if len(lines) >= count:
            return
        time.sleep(0.1)
    sys.exit(f'{len(lines)} readings, not {count}')


def show(phase):
    for monotonic, real, host in lines:
        print(json.dumps({'phase': phase, 'monotonic': monotonic, 'real': real, 'host': host}), flush=True)
    lines.clear()


def leap(seconds):
    if seconds:
        time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME) + seconds)


machine = Machine([])
until(5)
machine.command('stop')
time.sleep(1)
show('before')
if kind == 'move':
    machine.command('migrate', uri='exec:cat > ' + state)
    machine.status('query-migrate', 'completed')
    machine.command('quit')
    machine.process.wait()
    show('before')
try:
    leap(jump)
    if kind == 'move':
        machine = Machine(['-incoming', 'exec:cat ' + state])
        machine.status('query-status', 'paused')  # as it was
    machine.command('cont')
    until(10)
    show('after')
finally:
    leap(-jump)
