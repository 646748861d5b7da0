import queue
import threading

jobs = queue.Queue()
results = {}
lock = threading.Lock()


def work(number):
    while True:
        job = jobs.get()
        if job is None:
            return
        value = sum(i * i for i in range(job * 100))
        with lock:
            results[job] = value


threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
for thread in threads:
    thread.start()
for job in range(40):
    jobs.put(job)
for thread in threads:
    jobs.put(None)
for thread in threads:
    thread.join(20)
print(sorted(results.items()))
event = threading.Event()
timer = threading.Timer(0.02, event.set)
timer.start()
print(event.wait(5), threading.active_count() >= 1)
