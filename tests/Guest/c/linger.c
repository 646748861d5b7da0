// SO_LINGER: close waits until the peer has everything, at most so long; with no time at all it resets. Order and lower limits are checked,
// never how fast it is.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in address;
static int listener;
static atomic_int mayRead, hasRead;
static atomic_long received;
static int lastError;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int client(int linger)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct linger value = { linger >= 0, linger >= 0 ? linger : 0 };
    CHECK(s >= 0 && connect(s, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(setsockopt(s, SOL_SOCKET, SO_LINGER, &value, sizeof value) == 0);
    return s;
}

// As many bytes as the buffers take, so that the peer's is full.
static long fill(int s)
{
    static char bytes[65536];
    long total = 0;
    ssize_t written;
    fcntl(s, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 20; i++) {
        while ((written = write(s, bytes, sizeof bytes)) > 0)
            total += written;
        usleep(5000);
    }
    return total;
}

// Accepts one and, once it may, reads all of it.
static void *serve(void *unused)
{
    static char bytes[65536];
    int s = accept(listener, 0, 0);
    ssize_t length;
    while (!mayRead)
        usleep(1000);
    received = 0;
    while ((length = read(s, bytes, sizeof bytes)) > 0) {
        hasRead = 1;
        received += length;
    }
    lastError = length < 0 ? errno : 0;
    close(s);
    return unused;
}

static pthread_t start(void)
{
    pthread_t thread;
    sigset_t alarms; // are the first thread's
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    mayRead = hasRead = 0;
    pthread_sigmask(SIG_BLOCK, &alarms, 0);
    CHECK(pthread_create(&thread, 0, serve, 0) == 0);
    pthread_sigmask(SIG_UNBLOCK, &alarms, 0);
    return thread;
}

static void *allow(void *unused)
{
    usleep(200000);
    mayRead = 1;
    return unused;
}

static void interrupted(int number)
{
    (void)number;
}

int main(void)
{
    int small = 4096;
    socklen_t length = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 5) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);

    // The peer reads after a while: only then can the last acknowledgement come.
    pthread_t server = start(), later;
    int s = client(30);
    long sent = fill(s);
    CHECK(pthread_create(&later, 0, allow, 0) == 0);
    CHECK(close(s) == 0 && hasRead);
    pthread_join(later, 0);
    pthread_join(server, 0);
    CHECK(received == sent && lastError == 0);
    passed("close waits for a peer that reads late");

    // It does not read in time: close ends without an error, and the rest goes on its way all the same.
    server = start();
    s = client(1);
    sent = fill(s);
    double before = now();
    CHECK(close(s) == 0 && !hasRead && now() - before >= 0.9);
    mayRead = 1;
    pthread_join(server, 0);
    CHECK(received == sent && lastError == 0);
    passed("close waits no longer than it was told");

    // A signal ends the wait.
    server = start();
    s = client(60);
    sent = fill(s);
    struct sigaction action = { .sa_handler = interrupted };
    sigaction(SIGALRM, &action, 0);
    struct itimerval timer = { .it_value = { 0, 100000 } };
    setitimer(ITIMER_REAL, &timer, 0);
    CHECK(close(s) == 0 && !hasRead);
    FAILS(close(s), EBADF);
    mayRead = 1;
    pthread_join(server, 0);
    CHECK(received == sent && lastError == 0);
    passed("a signal ends the wait");

    // Without lingering close does not wait.
    server = start();
    s = client(-1);
    sent = fill(s);
    CHECK(close(s) == 0 && !hasRead);
    mayRead = 1;
    pthread_join(server, 0);
    CHECK(received == sent && lastError == 0);
    passed("without it close does not wait");

    // No time at all: what is not acknowledged is thrown away, and the peer hears of it.
    server = start();
    s = client(0);
    sent = fill(s);
    CHECK(close(s) == 0 && !hasRead);
    mayRead = 1;
    pthread_join(server, 0);
    CHECK(received < sent && lastError == ECONNRESET);
    passed("no time at all resets");
    return finish();
}
