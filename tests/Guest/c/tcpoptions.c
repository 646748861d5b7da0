// Every option of IPPROTO_TCP: default, what may be set and what that reads as, by state of the socket; and what the options do that can be
// seen from here. Prints what Linux prints.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/tcp.h>

static struct sockaddr_in home;
static int listener(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    home = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    bind(fd, (void *)&home, sizeof home);
    listen(fd, 5);
    socklen_t length = sizeof home;
    getsockname(fd, (void *)&home, &length);
    return fd;
}

static int other;
static int make(int state)
{
    other = -1;
    if (state == 0)
        return socket(AF_INET, SOCK_STREAM, 0);
    int l = listener();
    if (state == 1)
        return l;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    connect(fd, (void *)&home, sizeof home);
    other = accept(l, 0, 0);
    close(l);
    return fd;
}

static void tellGet(int fd, int option)
{
    unsigned char value[256];
    socklen_t length = sizeof value;
    memset(value, 0xee, sizeof value);
    if (getsockopt(fd, IPPROTO_TCP, option, value, &length) < 0) {
        printf(" %s", strerrorname_np(errno));
        return;
    }
    int number;
    memcpy(&number, value, sizeof number);
    if (length == sizeof number)
        printf(" %d", number);
    else
        printf(" [%u]", length);
}

static const struct { const char *name; int option; int isShown; } options[] = {
    {"NODELAY", TCP_NODELAY, 1}, {"MAXSEG", TCP_MAXSEG, 0}, {"CORK", TCP_CORK, 1}, {"KEEPIDLE", TCP_KEEPIDLE, 1},
    {"KEEPINTVL", TCP_KEEPINTVL, 1}, {"KEEPCNT", TCP_KEEPCNT, 1},
    {"SYNCNT", TCP_SYNCNT, 1}, {"LINGER2", TCP_LINGER2, 1}, {"DEFER_ACCEPT", TCP_DEFER_ACCEPT, 1}, {"WINDOW_CLAMP", TCP_WINDOW_CLAMP, 0},
    {"QUICKACK", TCP_QUICKACK, 1},
    {"THIN_LINEAR_TIMEOUTS", TCP_THIN_LINEAR_TIMEOUTS, 1}, {"THIN_DUPACK", TCP_THIN_DUPACK, 1}, {"USER_TIMEOUT", TCP_USER_TIMEOUT, 1},
    {"NOTSENT_LOWAT", TCP_NOTSENT_LOWAT, 1},
    {"INQ", TCP_INQ, 1}, {"QUEUE_SEQ", TCP_QUEUE_SEQ, 1}, {"REPAIR_QUEUE", TCP_REPAIR_QUEUE, 1}, {"REPAIR_OPTIONS", TCP_REPAIR_OPTIONS, 1},
    {"CC_INFO", TCP_CC_INFO, 1}, {"ULP", TCP_ULP, 1}, {"COOKIE_TRANSACTIONS", 15, 1}, {"none", 99, 1}, {"zero", 0, 1}, {0}};

static void tables(void)
{
    static const int values[] = {0, 1, 2, 3, 5, 87, 88, 127, 128, 536, 1000, 1448, 32767, 32768, 65536, -1, INT_MAX, INT_MIN};
    static const char *states[] = {"closed", "listening", "connected"};
    for (int state = 0; state < 3; state++)
        for (int i = 0; options[i].name; i++) {
            int option = options[i].option;
            int fd = make(state);
            if (option == TCP_CC_INFO)
                setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
            printf("%s %s:", states[state], options[i].name);
            if (options[i].isShown || state == 0)
                tellGet(fd, option);
            int one = 1;
            printf(" short %s, long %s;", setsockopt(fd, IPPROTO_TCP, option, &one, 3) < 0 ? strerrorname_np(errno) : "ok",
                setsockopt(fd, IPPROTO_TCP, option, &(long){1}, 8) < 0 ? strerrorname_np(errno) : "ok");
            for (unsigned v = 0; v < sizeof values / sizeof *values && option != TCP_ULP; v++) {
                errno = 0;
                int result = setsockopt(fd, IPPROTO_TCP, option, &values[v], sizeof values[v]);
                printf(" %d %s", values[v], result < 0 ? strerrorname_np(errno) : "=");
                if (!result && (options[i].isShown || state == 0))
                    tellGet(fd, option);
            }
            printf("\n");
            close(fd);
            if (other >= 0)
                close(other);
        }
}

static void congestion(void)
{
    char name[32];
    int fd = make(0);
    static const char *names[] = {"cubic", "reno", "none-such", "", "cubic-and-a-very-long-name"};
    for (int i = 0; i < 5; i++) {
        int result = setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, names[i], strlen(names[i]));
        socklen_t length = sizeof name;
        getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length);
        printf("congestion %s: %s, %s [%u]\n", names[i], result < 0 ? strerrorname_np(errno) : "ok", i < 2 ? name : "-", length);
    }
    socklen_t length = 3;
    printf("short: %d %u\n", getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length), length);
    close(fd);
    int l = listener();
    setsockopt(l, IPPROTO_TCP, TCP_CONGESTION, "reno", 5);
    int c = socket(AF_INET, SOCK_STREAM, 0);
    connect(c, (void *)&home, sizeof home);
    int a = accept(l, 0, 0);
    length = sizeof name;
    getsockopt(a, IPPROTO_TCP, TCP_CONGESTION, name, &length);
    printf("accepted: %s\n", name);
    static char data[400000], got[400000];
    memset(data, 'd', sizeof data);
    size_t sent = 0, received = 0;
    while (received < sizeof data) {
        ssize_t n = sent < sizeof data ? send(a, data + sent, sizeof data - sent, MSG_DONTWAIT) : 0;
        sent += n > 0 ? n : 0;
        n = recv(c, got + received, sizeof got - received, 0);
        received += n > 0 ? n : 0;
    }
    printf("by reno: %d\n", memcmp(data, got, sizeof data));
    close(a), close(c), close(l);
}

static void inherited(void)
{
    int l = listener(), one = 1, seconds = 33;
    setsockopt(l, IPPROTO_TCP, TCP_NODELAY, &one, 4);
    setsockopt(l, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, 4);
    setsockopt(l, IPPROTO_TCP, TCP_USER_TIMEOUT, &seconds, 4);
    setsockopt(l, IPPROTO_TCP, TCP_INQ, &one, 4);
    setsockopt(l, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &seconds, 4);
    setsockopt(l, IPPROTO_TCP, TCP_QUICKACK, &(int){0}, 4);
    int c = socket(AF_INET, SOCK_STREAM, 0);
    connect(c, (void *)&home, sizeof home);
    int a = accept(l, 0, 0);
    printf("inherited:");
    tellGet(a, TCP_NODELAY), tellGet(a, TCP_KEEPIDLE), tellGet(a, TCP_USER_TIMEOUT), tellGet(a, TCP_INQ), tellGet(a, TCP_NOTSENT_LOWAT);
    printf("\n");
    close(a), close(c), close(l);
}

// TCP_INQ: what is left to be read comes with what was read.
static void rest(void)
{
    int fd = make(2), one = 1;
    char data[100] = "";
    setsockopt(fd, IPPROTO_TCP, TCP_INQ, &one, sizeof one);
    send(other, data, 100, 0);
    usleep(1000);
    for (int i = 0; i < 5; i++) {
        char control[64];
        struct iovec piece = {data, 40};
        struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        if (i == 2)
            shutdown(other, SHUT_WR), usleep(1000);
        ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
        struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&message) : 0;
        int left = -1;
        if (c)
            memcpy(&left, CMSG_DATA(c), sizeof left);
        printf("inq: read %zd, control %d %d %zu, left %d\n", n, c ? c->cmsg_level : -1, c ? c->cmsg_type : -1,
            c ? (size_t)c->cmsg_len : 0, left);
    }
    close(fd), close(other);
}

static void refused(void)
{
    int fd = make(2), one = 1;
    char buffer[64] = "";
    printf("repair: ");
    tellGet(fd, TCP_REPAIR);
    printf(" md5 %d", setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, buffer, sizeof buffer) < 0);
    printf(" ulp %s", setsockopt(fd, IPPROTO_TCP, TCP_ULP, "no-such", 7) < 0 ? strerrorname_np(errno) : "ok");
    printf(" ulp empty %s\n", setsockopt(fd, IPPROTO_TCP, TCP_ULP, "", 0) < 0 ? strerrorname_np(errno) : "ok");
    uint32_t first, second;
    socklen_t length = sizeof first;
    getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &first, &length);
    usleep(20000);
    getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &second, &length);
    printf("timestamp moves: %d, set %s\n", second != first, setsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP, &one, sizeof one) < 0
        ? strerrorname_np(errno) : "ok");
    int clamp;
    getsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &clamp, &length);
    printf("clamp: %d\n", clamp >= 65535);
    close(fd), close(other);
}

int main(void)
{
    tables();
    congestion();
    inherited();
    rest();
    refused();
    return 0;
}
