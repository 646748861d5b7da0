// Page faults, timers, switches, reads and writes allocate nothing in the kernel: its own count of allocations stands still meanwhile.
// Linux has no such count, so there only the work is done.
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 300, PAGES = 200, WIDE = 40 };

static int isMote, heap, pipes[2], there, back, file, root;
static volatile int alarms;
static char *fresh, *shared, *mapped, *sharedFile;
static struct iovec vectors[WIDE];

static long allocations(void)
{
    char text[512];
    long count = -1;
    if (!isMote) {
        return 0;
    }
    ssize_t length = pread(heap, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = 0;
    CHECK(sscanf(text, "allocations %ld", &count) == 1);
    return count;
}

static void onAlarm(int number)
{
    (void)number;
    alarms++;
}

static void *answer(void *unused)
{
    uint64_t value;
    while (read(there, &value, sizeof value) == sizeof value && value < 1000) {
        CHECK(write(back, &value, sizeof value) == sizeof value);
    }
    return unused;
}

static void faults(int round)
{
    for (int i = 0; i < PAGES / ROUNDS + 1; i++) {
        long at = ((long)round * (PAGES / ROUNDS + 1) + i) * 4096;
        fresh[at] = 1;
        shared[at] = 1;
        mapped[at % 65536] = 1;
        sharedFile[at] = 1;
    }
}

static void pass(int round)
{
    char buffer[6000];
    uint64_t one = 1;
    memset(buffer, round, sizeof buffer);
    CHECK(write(pipes[1], buffer, sizeof buffer) == sizeof buffer);
    CHECK(read(pipes[0], buffer, sizeof buffer) == sizeof buffer);
    CHECK(pwrite(file, buffer, sizeof buffer, (round % 7) * 4096L) == sizeof buffer);
    CHECK(pread(file, buffer, sizeof buffer, 100) == sizeof buffer);
    CHECK(pwrite(file, buffer, 10, 70000L + 4096L * round) == 10);
    CHECK(pread(root, buffer, 1000, 0) > 0);
    CHECK(writev(pipes[1], vectors, WIDE) == WIDE);
    CHECK(readv(pipes[0], vectors, WIDE) == WIDE);
    CHECK(write(there, &one, sizeof one) == sizeof one);
    CHECK(read(back, &one, sizeof one) == sizeof one);
    faults(round);
    struct timespec shortly = { 0, 20000 };
    nanosleep(&shortly, NULL);
    if (round % 50 == 0) {
        for (int before = alarms; alarms == before;) {
        }
    }
}

int main(int argc, char **argv)
{
    char text[200] = "";
    (void)argc;
    int version = open("/proc/version", O_RDONLY);
    CHECK(read(version, text, sizeof text - 1) > 0);
    isMote = strstr(text, "(mote)") != NULL;
    heap = isMote ? open("/sys/kernel/mote/heap", O_RDONLY) : 0;
    CHECK(heap >= 0);
    CHECK(pipe(pipes) == 0);
    there = eventfd(0, 0);
    back = eventfd(0, 0);
    file = open("/tmp/mote-hot-paths", O_RDWR | O_CREAT | O_TRUNC, 0600);
    root = open(argv[0], O_RDONLY);
    CHECK(file >= 0 && root >= 0 && ftruncate(file, 4L << 20) == 0);
    fresh = mmap(NULL, 4L << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    shared = mmap(NULL, 4L << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    mapped = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE, root, 0);
    sharedFile = mmap(NULL, 4L << 20, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(fresh != MAP_FAILED && shared != MAP_FAILED && mapped != MAP_FAILED && sharedFile != MAP_FAILED);
    for (int i = 0; i < WIDE; i++) {
        vectors[i] = (struct iovec) { text + i, 1 };
    }
    struct sigaction action = { .sa_handler = onAlarm, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);
    struct itimerval interval = { { 0, 3000 }, { 0, 3000 } };
    setitimer(ITIMER_REAL, &interval, NULL);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, answer, NULL) == 0);

    pass(0); // what is made at a first use is made here
    allocations();
    long start = allocations();
    long perReading = allocations() - start;
    start = allocations();
    for (int i = 1; i < ROUNDS; i++) {
        pass(i);
    }
    long made = allocations() - start - perReading;
    uint64_t end = 1000;
    CHECK(write(there, &end, sizeof end) == sizeof end);
    pthread_join(thread, NULL);
    CHECK(alarms > 3);
    printf("%ld allocations\n", made);
    unlink("/tmp/mote-hot-paths");
    passed("hot paths");
    return finish();
}
