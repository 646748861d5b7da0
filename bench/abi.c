// What a program pays for the kernel's common services: nanoseconds by the clock and counts of the time stamp counter, in rounds of each service.
// The same file runs on the host, as the init of a Linux guest and on Mote. Arguments: a service's name or all, and percent of the usual rounds.
// Each is taken twice, the first time short to warm up. Each line: "abi <service> <rounds> rounds <counts> counts <nanoseconds> ns".
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum { futex_wait_private = 128, futex_wake_private = 129 }; // linux/futex.h, which musl does not bring

struct stamp {
    struct timespec time;
    unsigned long long count;
};

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static struct stamp now(void)
{
    struct stamp stamp;
    clock_gettime(CLOCK_MONOTONIC, &stamp.time);
    stamp.count = __rdtsc();
    return stamp;
}

static void report(const char *name, long rounds, struct stamp start, struct stamp end)
{
    long long ns = (end.time.tv_sec - start.time.tv_sec) * 1000000000LL + end.time.tv_nsec - start.time.tv_nsec;
    printf("abi %s %ld rounds %llu counts %lld ns\n", name, rounds, end.count - start.count, ns);
    fflush(stdout);
}

static char *map(size_t length)
{
    char *memory = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    return memory;
}

static void touch(volatile char *memory, size_t length)
{
    for (size_t at = 0; at < length; at += 4096)
        memory[at] = 1;
}

// A round is a page. 16 MiB at a time, so that it fits any machine.
static void touch_fresh_as(const char *name, long rounds, int advice)
{
    const size_t most = 16 << 20;
    struct stamp start, end, spent = {{0, 0}, 0};
    struct stamp zero = spent;
    for (long left = rounds; left > 0; left -= most / 4096) {
        size_t length = left < (long)(most / 4096) ? (size_t)left * 4096 : most;
        char *memory = map(length);
        if (advice)
            madvise(memory, length, advice); // EINVAL where there are no huge pages
        start = now();
        touch(memory, length);
        end = now();
        spent.count += end.count - start.count;
        spent.time.tv_sec += end.time.tv_sec - start.time.tv_sec;
        spent.time.tv_nsec += end.time.tv_nsec - start.time.tv_nsec;
        munmap(memory, length);
    }
    report(name, rounds, zero, spent);
}

static void touch_fresh(const char *name, long rounds)
{
    touch_fresh_as(name, rounds, 0);
}

static void touch_small(const char *name, long rounds)
{
    touch_fresh_as(name, rounds, MADV_NOHUGEPAGE);
}

static void map_touch_unmap(const char *name, long rounds)
{
    struct stamp start = now();
    for (long i = 0; i < rounds; i++) {
        char *memory = map(65536);
        touch(memory, 65536);
        if (munmap(memory, 65536))
            fail("munmap");
    }
    report(name, rounds, start, now());
}

static int there[2], back[2];

static void *echo(void *unused)
{
    char byte;
    while (read(there[0], &byte, 1) == 1)
        if (write(back[1], &byte, 1) != 1)
            fail("write");
    return unused;
}

static void pipe_round_trip(const char *name, long rounds)
{
    pthread_t thread;
    char byte = 1;
    if (pipe(there) || pipe(back) || pthread_create(&thread, 0, echo, 0))
        fail("pipe");
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            fail("pipe");
    report(name, rounds, start, now());
    close(there[1]);
    pthread_join(thread, 0);
    close(there[0]);
    close(back[0]);
    close(back[1]);
}

static void *nothing(void *unused)
{
    return unused;
}

static void create_join(const char *name, long rounds)
{
    struct stamp start = now();
    for (long i = 0; i < rounds; i++) {
        pthread_t thread;
        if (pthread_create(&thread, 0, nothing, 0) || pthread_join(thread, 0))
            fail("pthread_create");
    }
    report(name, rounds, start, now());
}

static void write_null(const char *name, long rounds)
{
    // The init of a Linux guest has no device files but the console.
    if (getpid() == 1)
        mknod("/dev/null", S_IFCHR | 0666, makedev(1, 3));
    int file = open("/dev/null", O_WRONLY);
    if (file < 0)
        fail("/dev/null");
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        if (write(file, "x", 1) != 1)
            fail("write");
    report(name, rounds, start, now());
    close(file);
}

static _Atomic int turn;

static void wait_for(int mine)
{
    int seen;
    while ((seen = turn) != mine)
        syscall(SYS_futex, &turn, futex_wait_private, seen, 0, 0, 0);
}

static void pass(int to)
{
    turn = to;
    syscall(SYS_futex, &turn, futex_wake_private, 1, 0, 0, 0);
}

static void *other_side(void *rounds)
{
    for (long i = 0; i < (long)rounds; i++) {
        wait_for(1);
        pass(0);
    }
    return 0;
}

// A round is one wake-up until the woken thread runs: two threads wake each other in turn, so a turn there and back is two.
static void futex_wake(const char *name, long rounds)
{
    pthread_t thread;
    turn = 0;
    if (pthread_create(&thread, 0, other_side, (void *)(rounds / 2)))
        fail("pthread_create");
    struct stamp start = now();
    for (long i = 0; i < rounds / 2; i++) {
        pass(1);
        wait_for(0);
    }
    report(name, rounds, start, now());
    pthread_join(thread, 0);
}

static void get_parent(const char *name, long rounds)
{
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        syscall(SYS_getppid);
    report(name, rounds, start, now());
}

// As a program reads the clock where there is no vDSO, or under strace.
static void clock_call(const char *name, long rounds)
{
    struct timespec time;
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    report(name, rounds, start, now());
}

// A file in memory: /tmp on Mote, the root of a Linux guest is one. The folder is made where there is none.
static const char *file_in_memory(size_t length)
{
    static const char path[] = "/tmp/bench.file";
    mkdir("/tmp", 01777);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *block = map(65536);
    memset(block, 'x', 65536);
    for (size_t done = 0; done < length; done += 65536)
        if (file < 0 || write(file, block, 65536) != 65536)
            fail(path);
    close(file);
    munmap(block, 65536);
    return path;
}

static void status_of(const char *name, long rounds)
{
    const char *path = file_in_memory(65536);
    struct stat status;
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        if (stat(path, &status))
            fail("stat");
    report(name, rounds, start, now());
    unlink(path);
}

static void open_close(const char *name, long rounds)
{
    const char *path = file_in_memory(65536);
    struct stamp start = now();
    for (long i = 0; i < rounds; i++) {
        int file = open(path, O_RDONLY);
        if (file < 0 || close(file))
            fail("open");
    }
    report(name, rounds, start, now());
    unlink(path);
}

// A round is 64 KiB, out of a file of 4 MiB.
static void read_file(const char *name, long rounds)
{
    enum { length = 4 << 20, step = 65536 };
    int file = open(file_in_memory(length), O_RDONLY);
    char *memory = map(step);
    touch(memory, step);
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        if (pread(file, memory, step, i * step % length) != step)
            fail("read");
    report(name, rounds, start, now());
    munmap(memory, step);
    close(file);
    unlink("/tmp/bench.file");
}

static void clock_read(const char *name, long rounds)
{
    struct timespec time;
    struct stamp start = now();
    for (long i = 0; i < rounds; i++)
        clock_gettime(CLOCK_MONOTONIC, &time);
    report(name, rounds, start, now());
}

// Sorting and hashing in memory that is mapped before the clock starts: no system call in between.
static void compute(const char *name, long rounds)
{
    enum { words = 1 << 16 };
    unsigned *memory = (unsigned *)map(words * sizeof *memory);
    unsigned state = 1;
    volatile double product = 1;
    touch((char *)memory, words * sizeof *memory);
    struct stamp start = now();
    for (long i = 0; i < rounds; i++) {
        for (int k = 0; k < words; k++) {
            state = state * 1664525u + 1013904223u;
            memory[k] ^= state >> 7;
            memory[state >> 16 & (words - 1)] += memory[k] >> 3;
            if ((k & 15) == 0)
                product = product * 1.0000001 + memory[k] * 1e-12;
        }
    }
    report(name, rounds, start, now());
    munmap(memory, words * sizeof *memory);
}

static const struct {
    const char *name;
    void (*take)(const char *name, long rounds);
    long rounds;
} services[] = {
    {"getppid", get_parent, 200000},
    {"clock", clock_read, 500000},
    {"clockcall", clock_call, 100000},
    {"null", write_null, 100000},
    {"stat", status_of, 20000},
    {"open", open_close, 10000},
    {"page", touch_small, 16384},
    {"touch", touch_fresh, 16384},
    {"read", read_file, 2000},
    {"map64k", map_touch_unmap, 2000},
    {"pipe", pipe_round_trip, 5000},
    {"thread", create_join, 1000},
    {"futex", futex_wake, 10000},
    {"compute", compute, 200},
};

int main(int argc, char **argv)
{
    long percent = argc > 2 ? atol(argv[2]) : 100;
    for (unsigned i = 0; i < sizeof services / sizeof *services; i++) {
        if (argc > 1 && strcmp(argv[1], "all") && strcmp(argv[1], services[i].name))
            continue;
        long rounds = services[i].rounds * percent / 100;
        services[i].take(services[i].name, rounds / 20 + 2);
        services[i].take(services[i].name, rounds);
    }
    puts("abi end");
    fflush(stdout);
    if (getpid() == 1) {
        sleep(1);
        reboot(RB_POWER_OFF);
    }
    return 0;
}
