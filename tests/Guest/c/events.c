// Pipes between threads, eventfd, timerfd, epoll, poll and select.
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int ends[2];

static void *produce(void *argument)
{
    (void)argument;
    char block[7000];
    for (int i = 0; i < 300; i++) {
        memset(block, 'a' + i % 26, sizeof block);
        for (size_t done = 0; done < sizeof block;) {
            ssize_t part = write(ends[1], block + done, sizeof block - done);
            CHECK(part > 0);
            done += part;
        }
    }
    close(ends[1]);
    return NULL;
}

static void testPipes(void)
{
    pthread_t thread;
    CHECK(pipe(ends) == 0 && pthread_create(&thread, NULL, produce, NULL) == 0);
    static char buffer[10000];
    long total = 0;
    uint32_t sum = 1;
    ssize_t count;
    while ((count = read(ends[0], buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            sum = sum * 31 + (unsigned char)buffer[i];
        }
        total += count;
    }
    pthread_join(thread, NULL);
    printf("pipe %ld bytes sum %08x\n", total, sum);
    close(ends[0]);

    CHECK(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
    FAILS(read(ends[0], buffer, 1), EAGAIN);
    total = 0;
    while ((count = write(ends[1], buffer, 4096)) > 0) {
        total += count;
    }
    int error = errno;
    CHECK(count == -1 && error == EAGAIN);
    printf("pipe holds %ld\n", total);
    int available;
    CHECK(ioctl(ends[0], FIONREAD, &available) == 0 && available == total);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    FAILS(write(ends[1], "x", 1), EPIPE);
    close(ends[1]);
    passed("pipes");
}

static void *signalLater(void *argument)
{
    usleep(20000);
    uint64_t one = 1;
    CHECK(write(*(int *)argument, &one, 8) == 8);
    return NULL;
}

static void testEvents(void)
{
    uint64_t value = 5;
    int event = eventfd(3, EFD_NONBLOCK);
    CHECK(event >= 0 && write(event, &value, 8) == 8 && read(event, &value, 8) == 8 && value == 8);
    FAILS(read(event, &value, 8), EAGAIN);
    int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    CHECK(read(semaphore, &value, 8) == 8 && value == 1 && read(semaphore, &value, 8) == 8 && value == 1);
    FAILS(read(semaphore, &value, 8), EAGAIN);

    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec when = { .it_value = { 0, 5000000 }, .it_interval = { 0, 5000000 } };
    CHECK(timer >= 0 && timerfd_settime(timer, 0, &when, NULL) == 0);

    CHECK(pipe(ends) == 0);
    int set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event change = { .events = EPOLLIN, .data.u32 = 1 }, ready[8];
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, event, &change) == 0);
    FAILS(epoll_ctl(set, EPOLL_CTL_ADD, event, &change), EEXIST);
    CHECK(epoll_wait(set, ready, 8, 0) == 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, signalLater, &event) == 0);
    CHECK(epoll_wait(set, ready, 8, -1) == 1 && ready[0].data.u32 == 1 && ready[0].events == EPOLLIN);
    CHECK(epoll_wait(set, ready, 8, 0) == 1); // level-triggered
    pthread_join(thread, NULL);
    change.events = EPOLLIN | EPOLLET;
    CHECK(epoll_ctl(set, EPOLL_CTL_MOD, event, &change) == 0);
    CHECK(epoll_wait(set, ready, 8, 0) == 1 && epoll_wait(set, ready, 8, 0) == 0);
    value = 1;
    CHECK(write(event, &value, 8) == 8 && epoll_wait(set, ready, 8, 0) == 1);
    change.events = EPOLLIN | EPOLLONESHOT;
    change.data.u32 = 2;
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &change) == 0 && write(ends[1], "q", 1) == 1);
    CHECK(epoll_wait(set, ready, 8, 0) == 1 && ready[0].data.u32 == 2 && epoll_wait(set, ready, 8, 0) == 0);
    CHECK(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL) == 0);
    FAILS(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL), ENOENT);
    change.events = EPOLLIN;
    change.data.u32 = 3;
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, timer, &change) == 0);
    CHECK(epoll_wait(set, ready, 8, 1000) == 1 && ready[0].data.u32 == 3);
    usleep(30000);
    CHECK(read(timer, &value, 8) == 8 && value >= 2);
    int other = epoll_create1(0);
    change.data.u32 = 4;
    CHECK(epoll_ctl(other, EPOLL_CTL_ADD, set, &change) == 0);
    CHECK(epoll_wait(other, ready, 8, 1000) == 1 && ready[0].data.u32 == 4);
    close(timer);
    passed("epoll");
}

static void testPoll(void)
{
    char byte;
    struct pollfd waits[3] = { { ends[0], POLLIN, 0 }, { ends[1], POLLOUT, 0 }, { 999, POLLIN, 0 } };
    CHECK(poll(waits, 3, 0) == 3 && waits[0].revents == POLLIN && waits[1].revents == POLLOUT && waits[2].revents == POLLNVAL);
    CHECK(read(ends[0], &byte, 1) == 1 && byte == 'q');
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK(poll(waits, 1, 30) == 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long passedNs = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
    CHECK(passedNs >= 30000000);
    fd_set reads, writes;
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(ends[0], &reads);
    FD_SET(ends[1], &writes);
    struct timeval limit = { 0, 10000 };
    CHECK(select(ends[1] + 1, &reads, &writes, NULL, &limit) == 1 && !FD_ISSET(ends[0], &reads) && FD_ISSET(ends[1], &writes));
    close(ends[1]);
    CHECK(poll(waits, 1, -1) == 1 && waits[0].revents == POLLHUP);
    CHECK(poll(NULL, 0, 1) == 0);
    passed("poll");
}

int main(void)
{
    testPipes();
    testEvents();
    testPoll();
    return finish();
}
