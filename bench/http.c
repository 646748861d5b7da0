// A static HTTP server, as small as a real one can be: one thread, level-triggered epoll, keep-alive, requests in one piece or in several, pipelined or not.
//
//     http port                  answers for ever
//     http port count FROM N     also prints what N requests after the first FROM took: counts of the time stamp counter, seconds that the CPU idled, allocations of Mote's heap, connections
//     http port hold N           also prints what the machine's memory has lost when N connections are open that were not at the first
//
// To count ends the program, to hold does not. Each answer is the same 13 bytes with the headers that servers send.
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "heap.h"

enum { most_connections = 65536, most_events = 128, buffer_bytes = 8192, most_answers = 64 };

static const char answer[] =
    "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nConnection: keep-alive\r\n\r\nHello, World!";

static char answers[most_answers * (sizeof answer - 1)];
// How much of the empty line that ends a request has been seen, for each connection.
static unsigned char seen[most_connections];
static long served, from = LONG_MAX, wanted, first;
static long open_connections, to_hold = LONG_MAX;
static long first_connections;
static unsigned long long first_counter, first_allocations, first_live, first_free;
static double first_idle;

static unsigned long long counter(void)
{
    unsigned low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (unsigned long long)high << 32 | low;
}

// Seconds that the CPU has had nothing to do (proc_uptime(5)).
static double idle(void)
{
    char text[64] = "";
    int file = open("/proc/uptime", O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    close(file);
    char *second = length > 0 ? strchr(text, ' ') : 0;
    return second ? atof(second) : 0;
}

static void count(long requests)
{
    served += requests;
    if (first == 0 && served >= from) {
        first = served;
        first_connections = open_connections;
        // What reading allocates does not count: the idle time is read outside, and what one reading of the heap takes goes from the second.
        first_idle = idle();
        unsigned long long before = heap_figure("allocations ");
        first_allocations = heap_figure("allocations ");
        first_allocations += first_allocations - before;
        first_counter = counter();
    } else if (first > 0 && served >= first + wanted) {
        unsigned long long last = counter(), allocations = heap_figure("allocations ");
        printf("http %ld requests %llu counts %.2f idle %lld allocations %ld connections\n", served - first, last - first_counter, idle() - first_idle,
            (long long)(allocations - first_allocations), open_connections - first_connections);
        fflush(stdout);
        exit(0);
    }
}

static void count_connection(void)
{
    open_connections++;
    if (open_connections == 1) {
        first_live = heap_figure("live_bytes ");
        first_free = heap_figure("free_bytes ");
    } else if (open_connections == to_hold + 1) {
        long long live = heap_figure("live_bytes ") - first_live, lost = first_free - heap_figure("free_bytes ");
        printf("http %ld connections %lld bytes of heap %lld bytes of memory\n", to_hold, live, lost);
        fflush(stdout);
    }
}

// The requests that end within the bytes: an empty line ends each, for none has a body.
static long requests(int connection, const char *bytes, ssize_t length)
{
    static const char end[] = "\r\n\r\n";
    unsigned at = seen[connection];
    long found = 0;
    for (ssize_t i = 0; i < length; i++) {
        at = bytes[i] == end[at] ? at + 1 : bytes[i] == '\r';
        if (at == 4) {
            found++;
            at = 0;
        }
    }
    seen[connection] = at;
    return found;
}

// False when the connection is over.
static int serve(int connection)
{
    static char bytes[buffer_bytes];
    ssize_t length = read(connection, bytes, sizeof bytes);
    if (length <= 0)
        return length < 0 && (errno == EAGAIN || errno == EINTR);
    long found = requests(connection, bytes, length);
    for (long left = found; left > 0;) {
        long now = left < most_answers ? left : most_answers;
        const char *at = answers;
        // A peer that does not read blocks this small server; the ones that measure do.
        for (size_t rest = now * (sizeof answer - 1); rest > 0;) {
            ssize_t written = write(connection, at, rest);
            if (written < 0 && errno == EAGAIN)
                continue;
            if (written <= 0)
                return 0;
            at += written;
            rest -= written;
        }
        left -= now;
    }
    if (found > 0)
        count(found);
    return 1;
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 8080, yes = 1;
    if (argc > 4 && !strcmp(argv[2], "count")) {
        from = atol(argv[3]);
        wanted = atol(argv[4]);
    } else if (argc > 3 && !strcmp(argv[2], "hold")) {
        to_hold = atol(argv[3]);
    }
    for (int i = 0; i < most_answers; i++)
        memcpy(answers + i * (sizeof answer - 1), answer, sizeof answer - 1);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files = { most_connections, most_connections };
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("http");
        return 1;
    }
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        static struct epoll_event events[most_events];
        int ready = epoll_wait(poll, events, most_events, -1);
        for (int i = 0; i < ready; i++) {
            int connection = events[i].data.fd;
            if (connection != listener) {
                if (!serve(connection))
                    close(connection);
                continue;
            }
            while ((connection = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                if (connection >= most_connections) {
                    close(connection);
                    continue;
                }
                seen[connection] = 0;
                setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                event.data.fd = connection;
                epoll_ctl(poll, EPOLL_CTL_ADD, connection, &event);
                count_connection();
            }
        }
    }
}
