// Rounds of what makes and frees kernel objects; the kernel's memory must end where it began.
// Arguments: rounds of each kind. Status 0 when heap and free memory ended within one percent of where they were after the first rounds.
// How many pages the heap holds swings by one or two percent with where the last collection found things, in a period of about 140,000 rounds of
// open and close; so both ends are means over a few periods.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include "heap.h"

static volatile sig_atomic_t delivered;

static void on_signal(int number)
{
    delivered++;
}

static void *thread(void *value)
{
    return value;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static void open_close(long round)
{
    int file = open("/tmp/soak", O_RDWR | O_CREAT, 0600);
    if (file < 0 || write(file, &round, sizeof round) != sizeof round || close(file))
        fail("open");
    int event = eventfd(0, EFD_NONBLOCK);
    int pipes[2];
    if (event < 0 || close(event) || pipe(pipes) || close(pipes[0]) || close(pipes[1]))
        fail("eventfd");
    if (round % 16 == 0 && unlink("/tmp/soak"))
        fail("unlink");
}

static void create_join(long round)
{
    pthread_t id;
    void *result;
    if (pthread_create(&id, 0, thread, (void *)round) || pthread_join(id, &result) || result != (void *)round)
        fail("pthread_create");
}

static void map_unmap(long round)
{
    char *pages = mmap(0, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        fail("mmap");
    pages[0] = pages[5 * 4096] = 1;
    if (mprotect(pages + 4096, 4096, PROT_READ) || munmap(pages + 8192, 4096) || munmap(pages, 16 * 4096))
        fail("munmap");
}

static void signal_round(long round)
{
    struct sigaction action = {.sa_handler = on_signal}, old;
    if (sigaction(SIGUSR1, &action, &old) || raise(SIGUSR1) || sigaction(SIGUSR1, &old, 0))
        fail("raise");
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    if (round % 8 == 0 && (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_delete(timer)))
        fail("timer_create");
}

static void (*const kinds[])(long) = {open_close, create_join, map_unmap, signal_round};
static const char *const names[] = {"open/close", "create/join", "mmap/munmap", "signal"};

// Stale words on kernel stacks keep some dead objects for a while, so fewer at the end say nothing.
static int differ(const char *what, double before, double after, int worse)
{
    double percent = 100 * (after - before) / before;
    int bad = percent * worse > 1;
    printf("soak %s: %.0f before, %.0f after (%+.2f %%)%s\n", what, before, after, percent, bad ? " TOO FAR" : "");
    return bad;
}

struct figures {
    double objects, bytes, heap, memory;
};

static struct figures mean(long rounds)
{
    enum { Samples = 40 };
    struct figures sum = {0};
    for (int sample = 0; sample < Samples; sample++) {
        for (long i = 0; i < rounds / Samples; i++)
            open_close(i);
        sum.objects += heap_figure("live_objects ") / (double)Samples;
        sum.bytes += heap_figure("live_bytes ") / (double)Samples;
        sum.heap += heap_figure("committed_bytes ") / (double)Samples;
        sum.memory += heap_figure("free_bytes ") / (double)Samples;
    }
    return sum;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 10000;
    long first = rounds < 2000 ? rounds : 2000;
    int bad = 0;
    // A heap of some size, so that a percent of it is more than a few pages.
    struct rlimit limit = {1 << 16, 1 << 16};
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < 10000; i++)
        if (eventfd(0, 0) < 0)
            fail("eventfd");
    for (unsigned kind = 0; kind < 4; kind++)
        for (long i = 0; i < first; i++)
            kinds[kind](i);
    long window = rounds < 400000 ? rounds : 400000;
    struct figures before = mean(window);
    for (unsigned kind = 0; kind < 4; kind++) {
        for (long i = 0; i < rounds; i++)
            kinds[kind](i);
        printf("soak %s %ld rounds, live objects %llu\n", names[kind], rounds, heap_figure("live_objects "));
        fflush(stdout);
    }
    struct figures after = mean(window);
    bad |= differ("live objects", before.objects, after.objects, 1);
    bad |= differ("live bytes", before.bytes, after.bytes, 1);
    bad |= differ("free memory", before.memory, after.memory, -1);
    bad |= differ("heap", before.heap, after.heap, 1);
    printf("soak %s after %llu collections, %d signals\n", bad ? "LEAKS" : "ends where it began", heap_figure("collections "), (int)delivered);
    return bad;
}
