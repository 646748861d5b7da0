// TCP over loopback: making and ending connections, data both ways, readiness, options and errors.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void onSignal(int number)
{
    caught = number;
}

static struct sockaddr_in v4(const char *address, int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &name.sin_addr);
    return name;
}

static int portOf(int fd)
{
    struct sockaddr_in6 name;
    socklen_t length = sizeof name;
    return getsockname(fd, (struct sockaddr *)&name, &length) == 0 ? ntohs(name.sin6_port) : -1;
}

static short ready(int fd)
{
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&entry, 1, 0);
    return entry.revents;
}

static int listenAt(const char *address, int backlog)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in name = v4(address, 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    CHECK(bind(fd, (struct sockaddr *)&name, sizeof name) == 0 && listen(fd, backlog) == 0);
    return fd;
}

static void connectPair(int pair[2])
{
    int listener = listenAt("127.0.0.1", 1);
    struct sockaddr_in name = v4("127.0.0.1", portOf(listener));
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(pair[0], (struct sockaddr *)&name, sizeof name) == 0);
    pair[1] = accept(listener, NULL, NULL);
    CHECK(pair[1] >= 0);
    close(listener);
}

static void testConnecting(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), value;
    struct sockaddr_in name = v4("127.0.0.1", 1), other;
    socklen_t length = sizeof other;
    char buffer[64];
    CHECK(ready(fd) == (POLLOUT | POLLHUP));
    FAILS(getpeername(fd, (struct sockaddr *)&other, &length), ENOTCONN);
    FAILS(recv(fd, buffer, 1, 0), ENOTCONN);
    caught = 0;
    FAILS(send(fd, "x", 1, 0), EPIPE);
    CHECK(caught == SIGPIPE);
    FAILS(shutdown(fd, SHUT_WR), ENOTCONN);
    FAILS(accept(fd, NULL, NULL), EINVAL);
    FAILS(connect(fd, (struct sockaddr *)&name, sizeof name), ECONNREFUSED);

    int listener = listenAt("127.0.0.1", 5);
    CHECK(ready(listener) == 0);
    name = v4("127.0.0.1", portOf(listener));
    int second = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(bind(second, (struct sockaddr *)&name, sizeof name), EADDRINUSE);
    FAILS(connect(listener, (struct sockaddr *)&name, sizeof name), EISCONN);
    CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
    FAILS(accept(listener, NULL, NULL), EAGAIN);
    CHECK(connect(fd, (struct sockaddr *)&name, sizeof name) == 0);
    FAILS(connect(fd, (struct sockaddr *)&name, sizeof name), EISCONN);
    CHECK(waitForEvents(listener, POLLIN) == POLLIN);
    length = sizeof other;
    int server = accept4(listener, (struct sockaddr *)&other, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(server >= 0 && length == sizeof other && ntohs(other.sin_port) == portOf(fd) && (fcntl(server, F_GETFL) & O_NONBLOCK));
    length = sizeof other;
    CHECK(getpeername(fd, (struct sockaddr *)&other, &length) == 0 && other.sin_port == name.sin_port
        && portOf(server) == ntohs(name.sin_port));
    FAILS(read(server, buffer, 1), EAGAIN);
    CHECK(ready(fd) == POLLOUT && ready(server) == POLLOUT);
    CHECK(write(fd, "hello world", 11) == 11 && (waitForEvents(server, POLLIN) & POLLIN));
    CHECK(ioctl(server, FIONREAD, &value) == 0 && value == 11);
    CHECK(recv(server, buffer, 5, MSG_PEEK) == 5 && recv(server, buffer, 64, 0) == 11 && memcmp(buffer, "hello world", 11) == 0);
    CHECK(write(server, "an", 2) == 2 && write(server, "swer", 4) == 4 && recv(fd, buffer, 6, MSG_WAITALL) == 6
        && memcmp(buffer, "answer", 6) == 0);

    // Half closed, then closed.
    CHECK(shutdown(fd, SHUT_WR) == 0 && (waitForEvents(server, POLLIN | POLLRDHUP) & POLLRDHUP));
    FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(read(server, buffer, 1) == 0 && write(server, "more", 4) == 4 && read(fd, buffer, 64) == 4);
    close(server);
    CHECK(waitForEvents(fd, POLLRDHUP) & POLLRDHUP);
    CHECK(read(fd, buffer, 1) == 0 && ready(fd) == (POLLIN | POLLOUT | POLLHUP | POLLRDHUP));
    close(fd);

    // Without blocking: EINPROGRESS, then writable.
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    FAILS(connect(fd, (struct sockaddr *)&name, sizeof name), EINPROGRESS);
    CHECK(waitForEvents(fd, POLLOUT) == POLLOUT);
    length = sizeof value;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length) == 0 && value == 0);
    CHECK(connect(fd, (struct sockaddr *)&name, sizeof name) == 0);
    FAILS(connect(fd, (struct sockaddr *)&name, sizeof name), EISCONN);
    close(fd);
    close(listener);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    FAILS(connect(fd, (struct sockaddr *)&name, sizeof name), EINPROGRESS);
    CHECK(waitForEvents(fd, POLLOUT) & POLLERR);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length) == 0 && value == ECONNREFUSED);
    close(fd);
    close(second);
    passed("connecting");
}

static void testResets(void)
{
    int pair[2];
    char buffer[64];
    // Data that was not read: a reset.
    connectPair(pair);
    CHECK(write(pair[0], "unread", 6) == 6 && (waitForEvents(pair[1], POLLIN) & POLLIN));
    close(pair[1]);
    CHECK(waitForEvents(pair[0], POLLIN) & POLLERR);
    FAILS(read(pair[0], buffer, 1), ECONNRESET);
    CHECK(read(pair[0], buffer, 1) == 0);
    caught = 0;
    FAILS(write(pair[0], "x", 1), EPIPE);
    CHECK(caught == SIGPIPE);
    close(pair[0]);

    // Lingering for no time: a reset.
    connectPair(pair);
    struct linger linger = {1, 0};
    CHECK(setsockopt(pair[1], SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    close(pair[1]);
    CHECK(waitForEvents(pair[0], POLLIN) & POLLERR);
    FAILS(read(pair[0], buffer, 1), ECONNRESET);
    close(pair[0]);

    // What was sent before the close arrives.
    connectPair(pair);
    CHECK(write(pair[0], "last words", 10) == 10);
    close(pair[0]);
    CHECK(recv(pair[1], buffer, 64, MSG_WAITALL) == 10 && read(pair[1], buffer, 1) == 0);
    close(pair[1]);
    passed("resets");
}

static int bulk[2];

static void *echo(void *argument)
{
    (void)argument;
    static char buffer[30000];
    ssize_t count;
    while ((count = read(bulk[1], buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < count;) {
            ssize_t part = write(bulk[1], buffer + done, count - done);
            CHECK(part > 0);
            done += part;
        }
    }
    close(bulk[1]);
    return NULL;
}

static void *sink(void *argument)
{
    static char buffer[65536];
    long *total = argument;
    uint32_t sum = 1;
    ssize_t count;
    while ((count = read(bulk[0], buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            sum = sum * 31 + (unsigned char)buffer[i];
        }
        *total += count;
    }
    printf("sum %08x\n", sum);
    return NULL;
}

static void testBulk(void)
{
    pthread_t back, front;
    long total = 0;
    connectPair(bulk);
    CHECK(pthread_create(&back, NULL, echo, NULL) == 0 && pthread_create(&front, NULL, sink, &total) == 0);
    static char block[100000];
    for (int i = 0; i < 80; i++) {
        memset(block, 'a' + i % 26, sizeof block);
        CHECK(write(bulk[0], block, sizeof block) == (ssize_t)sizeof block);
    }
    shutdown(bulk[0], SHUT_WR);
    pthread_join(back, NULL);
    pthread_join(front, NULL);
    close(bulk[0]);
    printf("bulk %ld\n", total);

    // A full connection is not writable; room makes it so.
    connectPair(bulk);
    CHECK(fcntl(bulk[0], F_SETFL, O_NONBLOCK) == 0);
    long sent = 0;
    ssize_t count;
    while ((count = write(bulk[0], block, sizeof block)) > 0) {
        sent += count;
    }
    int error = errno;
    CHECK(count == -1 && error == EAGAIN && sent > 10000);
    CHECK((ready(bulk[0]) & POLLOUT) == 0);
    int events = epoll_create1(0);
    struct epoll_event event = {EPOLLOUT | EPOLLET, {.u32 = 7}};
    CHECK(epoll_ctl(events, EPOLL_CTL_ADD, bulk[0], &event) == 0 && epoll_wait(events, &event, 1, 0) == 0);
    while (sent > 0 && (count = read(bulk[1], block, sizeof block)) > 0) {
        sent -= count;
    }
    CHECK(sent == 0 && epoll_wait(events, &event, 1, 5000) == 1 && event.data.u32 == 7);
    close(events);
    close(bulk[0]);
    close(bulk[1]);

    // A file straight to a connection.
    char name[] = "/tmp/mote-test-tcp-XXXXXX";
    int file = mkstemp(name);
    unlink(name);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = i * 13 + i / 997;
    }
    CHECK(write(file, block, sizeof block) == (ssize_t)sizeof block);
    connectPair(bulk);
    static char got[sizeof block];
    off_t offset = 0;
    size_t received = 0;
    while (received < sizeof got) {
        if (offset < (off_t)sizeof block) {
            CHECK(sendfile(bulk[0], file, &offset, 20000) > 0);
        }
        count = recv(bulk[1], got + received, sizeof got - received, MSG_DONTWAIT);
        received += count > 0 ? count : 0;
    }
    CHECK(memcmp(block, got, sizeof got) == 0);
    close(file);
    close(bulk[0]);
    close(bulk[1]);
    passed("bulk");
}

// A server of many connections by epoll, edge-triggered, and its clients in one thread.
static void testMany(void)
{
    enum { Clients = 60 };
    int listener = listenAt("127.0.0.1", 128), events = epoll_create1(0), clients[Clients], open = 0, accepted = 0, answered = 0;
    struct sockaddr_in name = v4("127.0.0.1", portOf(listener));
    CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
    struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = listener}}, came[16];
    CHECK(epoll_ctl(events, EPOLL_CTL_ADD, listener, &event) == 0);
    for (int i = 0; i < Clients; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK(connect(clients[i], (struct sockaddr *)&name, sizeof name) == 0 || errno == EINPROGRESS);
        event = (struct epoll_event){EPOLLOUT | EPOLLONESHOT, {.fd = clients[i]}};
        CHECK(epoll_ctl(events, EPOLL_CTL_ADD, clients[i], &event) == 0);
        open++;
    }
    while (open > 0) {
        int count = epoll_wait(events, came, 16, 5000);
        CHECK(count > 0);
        if (count <= 0) {
            break;
        }
        for (int i = 0; i < count; i++) {
            int fd = came[i].data.fd, isClient = 0;
            char buffer[64];
            for (int j = 0; j < Clients; j++) {
                isClient |= clients[j] == fd;
            }
            if (fd == listener) {
                int made;
                while ((made = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    accepted++;
                    event = (struct epoll_event){EPOLLIN | EPOLLRDHUP | EPOLLET, {.fd = made}};
                    CHECK(epoll_ctl(events, EPOLL_CTL_ADD, made, &event) == 0);
                }
            } else if (isClient && (came[i].events & EPOLLOUT)) {
                CHECK(send(fd, "question", 8, 0) == 8);
                event = (struct epoll_event){EPOLLIN, {.fd = fd}};
                CHECK(epoll_ctl(events, EPOLL_CTL_MOD, fd, &event) == 0);
            } else if (isClient) {
                CHECK(recv(fd, buffer, 64, 0) == 6 && memcmp(buffer, "answer", 6) == 0);
                answered++;
                open--;
                for (int j = 0; j < Clients; j++) {
                    clients[j] = clients[j] == fd ? -1 : clients[j];
                }
                close(fd);
            } else {
                ssize_t got;
                while ((got = recv(fd, buffer, 64, 0)) > 0) {
                    CHECK(got == 8 && send(fd, "answer", 6, 0) == 6);
                }
                if (got == 0) {
                    close(fd);
                }
            }
        }
    }
    close(listener);
    close(events);
    printf("accepted %d answered %d\n", accepted, answered);
    passed("many");
}

static void testOptions(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1, pair[2];
    socklen_t length = sizeof value;
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &length) == 0 && value == 1);
    value = 30;
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, &length) == 0 && value == 30);
    value = 0;
    FAILS(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &value, sizeof value), EINVAL);
    FAILS(setsockopt(fd, IPPROTO_TCP, 999, &value, sizeof value), ENOPROTOOPT);
    FAILS(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 1), EINVAL);
    char name[16] = "";
    length = sizeof name;
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length) == 0 && name[0] != 0);
    length = sizeof value;
    value = 2500;
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value) == 0);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &length) == 0 && value == 2500);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &length) == 0 && value == IPPROTO_TCP);
    close(fd);
    connectPair(pair);
    struct tcp_info info;
    length = sizeof info;
    memset(&info, 0, sizeof info);
    CHECK(getsockopt(pair[0], IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == TCP_ESTABLISHED);
    CHECK(write(pair[0], "x", 1) == 1);
    close(pair[0]);
    close(pair[1]);

    // Options of a listener go to what it accepts.
    int listener = listenAt("127.0.0.1", 5);
    value = 1;
    CHECK(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value) == 0);
    CHECK(setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value) == 0);
    struct sockaddr_in address = v4("127.0.0.1", portOf(listener));
    fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    int server = accept(listener, NULL, NULL);
    length = sizeof value;
    CHECK(getsockopt(server, IPPROTO_TCP, TCP_NODELAY, &value, &length) == 0 && value == 1);
    CHECK(getsockopt(server, SOL_SOCKET, SO_KEEPALIVE, &value, &length) == 0 && value == 1);
    CHECK(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value == 1);
    struct timeval limit = {0, 20000};
    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    char buffer[8];
    FAILS(read(server, buffer, 1), EAGAIN);
    close(server);
    close(fd);

    // Two listeners share a port; both families at once.
    int same[2], both = socket(AF_INET6, SOCK_STREAM, 0);
    address = v4("127.0.0.1", 0);
    value = 1;
    for (int i = 0; i < 2; i++) {
        same[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(setsockopt(same[i], SOL_SOCKET, SO_REUSEPORT, &value, sizeof value) == 0);
        CHECK(bind(same[i], (struct sockaddr *)&address, sizeof address) == 0 && listen(same[i], 5) == 0);
        address = v4("127.0.0.1", portOf(same[0]));
    }
    close(same[0]);
    close(same[1]);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT}, from;
    CHECK(bind(both, (struct sockaddr *)&six, sizeof six) == 0 && listen(both, 5) == 0);
    address = v4("127.0.0.1", portOf(both));
    fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    length = sizeof from;
    server = accept(both, (struct sockaddr *)&from, &length);
    char text[INET6_ADDRSTRLEN];
    printf("from %s\n", inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
    close(server);
    close(fd);
    six.sin6_addr = in6addr_loopback;
    six.sin6_port = htons(portOf(both));
    fd = socket(AF_INET6, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&six, sizeof six) == 0);
    length = sizeof from;
    server = accept(both, (struct sockaddr *)&from, &length);
    printf("from %s\n", inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
    close(server);
    close(fd);
    close(both);
    close(listener);
    FAILS(socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);
    passed("options");
}

int main(void)
{
    struct sigaction action = {.sa_handler = onSignal};
    sigaction(SIGPIPE, &action, NULL);
    testConnecting();
    testResets();
    testBulk();
    testMany();
    testOptions();
    return finish();
}
