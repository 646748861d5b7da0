// Several threads wait for the same thing, which then comes once and once again: who gets it.
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define THREADS 4
#define FUTEX_WAIT 0 // linux/futex.h, which musl does not bring
#define FUTEX_WAKE 1

struct kind {
    const char *name;
    void (*wait)(int index);
    void (*give)(int round);
};

static int ends[2], listener, event, queue, datagram, word, lockFd[THREADS + 1];
static struct sockaddr_in name;
static volatile int ids[THREADS], over[THREADS];
static const struct kind *current;

static void awaitSleep(int index)
{
    char path[64], line[256];
    for (;;) {
        usleep(1000);
        if (ids[index] == 0)
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%d/stat", ids[index]);
        FILE *file = fopen(path, "r");
        if (file == 0)
            return;
        char *state = fgets(line, sizeof line, file) ? strrchr(line, ')') : 0;
        fclose(file);
        if (state && state[2] == 'S')
            return;
    }
}

static void *run(void *argument)
{
    int index = (int)(long)argument;
    ids[index] = syscall(SYS_gettid);
    current->wait(index);
    over[index] = 1;
    return 0;
}

static void readPipe(int index) { char byte; (void)index; read(ends[0], &byte, 1); }
static void writePipe(int round) { (void)round; write(ends[1], "x", 1); }
static void takeConnection(int index) { (void)index; close(accept(listener, 0, 0)); }
static void makeConnection(int round)
{
    (void)round;
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&name, sizeof name);
}
static void writeEvent(int round) { uint64_t one = 1; (void)round; write(event, &one, sizeof one); }
static void waitFutex(int index) { (void)index; syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0); }
static void wakeFutex(int round) { (void)round; syscall(SYS_futex, &word, FUTEX_WAKE, 1, 0, 0, 0); }
static void waitEpoll(int index)
{
    struct epoll_event found;
    uint64_t value;
    (void)index;
    epoll_wait(queue, &found, 1, -1);
    read(event, &value, sizeof value);
}
static void receive(int index) { char byte; (void)index; recv(datagram, &byte, 1, 0); }
static void sendOne(int round) { (void)round; sendto(datagram, "x", 1, 0, (struct sockaddr *)&name, sizeof name); }
static void takeLock(int index) { flock(lockFd[index], LOCK_EX); }
static void passLock(int round)
{
    static int holder = THREADS;
    if (round == 0)
        holder = THREADS;
    flock(lockFd[holder], LOCK_UN);
    for (;;) {
        usleep(1000);
        for (int i = 0; i < THREADS; i++)
            if (over[i] == 1) {
                holder = i;
                return;
            }
    }
}
static void waitSignal(int index)
{
    sigset_t set;
    int signal;
    (void)index;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigwait(&set, &signal);
}
static void sendSignal(int round) { (void)round; kill(getpid(), SIGUSR1); }

// An eventfd is not among them: Linux wakes all who read from it, and any may be the first.
static const struct kind kinds[] = {
    {"pipe", readPipe, writePipe},
    {"accept", takeConnection, makeConnection},
    {"futex", waitFutex, wakeFutex},
    {"epoll", waitEpoll, writeEvent},
    {"datagram", receive, sendOne},
    {"flock", takeLock, passLock},
    {"sigwait", waitSignal, sendSignal},
};

int main(void)
{
    pipe(ends);
    socklen_t length = sizeof name;
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&name, sizeof name);
    getsockname(listener, (struct sockaddr *)&name, &length);
    listen(listener, 8);
    event = eventfd(0, EFD_SEMAPHORE);
    queue = epoll_create1(0);
    epoll_ctl(queue, EPOLL_CTL_ADD, event, &(struct epoll_event){.events = EPOLLIN | EPOLLET});
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, 0);
    for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        current = &kinds[k];
        if (current->wait == receive) {
            datagram = socket(AF_INET, SOCK_DGRAM, 0);
            bind(datagram, (struct sockaddr *)&name, sizeof name);
        }
        if (current->wait == takeLock) {
            for (int i = 0; i <= THREADS; i++)
                lockFd[i] = open("/proc/self/exe", O_RDONLY);
            flock(lockFd[THREADS], LOCK_EX);
        }
        pthread_t threads[THREADS];
        for (long i = 0; i < THREADS; i++) {
            ids[i] = over[i] = 0;
            pthread_create(&threads[i], 0, run, (void *)i);
            awaitSleep(i);
        }
        printf("%s:", current->name);
        for (int round = 0; round < THREADS; round++) {
            int found = -1;
            current->give(round);
            while (found < 0) {
                usleep(1000);
                for (int i = 0; i < THREADS; i++)
                    if (over[i] == 1)
                        found = i;
            }
            over[found] = 2;
            printf(" %d", found);
        }
        printf("\n");
        fflush(stdout);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], 0);
    }
    return 0;
}
