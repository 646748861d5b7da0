// Settings below /proc/sys/net: what is written is read back, what is wrong is refused, and sockets follow. On the host it runs in a
// network of its own, so that the host's stays as it is; where that is not allowed, only what is expected is printed.
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

static int store(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/%s", name);
    int fd = open(path, O_WRONLY), length = strlen(text);
    if (fd < 0) {
        return errno;
    }
    int error = write(fd, text, length) == length ? 0 : errno;
    close(fd);
    return error;
}

static const char *load(const char *name)
{
    static char text[128];
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/%s", name);
    int fd = open(path, O_RDONLY), length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[length > 0 ? length : 0] = 0;
    close(fd);
    return text;
}

static void shows(const char *name, const char *written, const char *read)
{
    int error = store(name, written);
    if (error != 0 || strcmp(load(name), read) != 0) {
        printf("FAILED %s: wrote '%s' (errno %d), reads '%s'\n", name, written, error, load(name));
        failures++;
    }
}

static void refuses(const char *name, const char *written)
{
    char before[128];
    strcpy(before, load(name));
    int error = store(name, written);
    if (error != EINVAL || strcmp(load(name), before) != 0) {
        printf("FAILED %s: takes '%s' (errno %d), reads '%s'\n", name, written, error, load(name));
        failures++;
    }
}

static int option(int fd, int level, int name)
{
    int value = -7;
    socklen_t length = sizeof value;
    return getsockopt(fd, level, name, &value, &length) == 0 ? value : -errno;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int portOf(int fd)
{
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    return getsockname(fd, (struct sockaddr *)&name, &length) == 0 ? ntohs(name.sin_port) : -1;
}

static void testNumbers(void)
{
    shows("core/somaxconn", "77\n", "77\n");
    shows("core/somaxconn", "  0x50 ", "80\n");
    shows("core/somaxconn", "0120", "80\n");
    refuses("core/somaxconn", "-1");
    refuses("core/somaxconn", "many");
    refuses("core/somaxconn", "12x");
    refuses("core/somaxconn", "\n");
    refuses("core/somaxconn", "4294967296");
    shows("ipv4/ip_local_port_range", "40000 41000\n", "40000\t41000\n");
    shows("ipv4/ip_local_port_range", "40500", "40500\t41000\n");
    refuses("ipv4/ip_local_port_range", "50000 40000");
    refuses("ipv4/ip_local_port_range", "1000 2000");
    refuses("ipv4/ip_local_port_range", "2000 70000");
    shows("ipv4/tcp_fin_timeout", "33", "33\n");
    refuses("ipv4/tcp_fin_timeout", "x");
    shows("ipv4/tcp_keepalive_probes", "255", "255\n");
    refuses("ipv4/tcp_keepalive_probes", "256");
    shows("ipv4/tcp_syncookies", "0", "0\n");
    shows("ipv4/tcp_syncookies", "2", "2\n");
    shows("ipv4/tcp_syncookies", "1", "1\n");
    refuses("ipv4/tcp_syncookies", "-1");
    shows("ipv4/tcp_syn_retries", "3", "3\n");
    refuses("ipv4/tcp_syn_retries", "0");
    refuses("ipv4/tcp_syn_retries", "128");
    shows("ipv4/tcp_max_syn_backlog", "333", "333\n");
    shows("ipv4/tcp_rmem", "4096 50000 70000", "4096\t50000\t70000\n");
    shows("ipv4/tcp_rmem", "5000 60000", "5000\t60000\t70000\n");
    refuses("ipv4/tcp_rmem", "0 60000 70000");
    shows("ipv4/tcp_wmem", "4096\t30000\t80000\n", "4096\t30000\t80000\n");
    refuses("ipv4/tcp_wmem", "4096 30000 eight");
    passed("numbers");
}

static void testBacklog(void)
{
    CHECK(store("core/somaxconn", "2") == 0);
    int listener = socket(AF_INET, SOCK_STREAM, 0), fds[6], made = 0;
    struct sockaddr_in name = loopback(0);
    CHECK(bind(listener, (struct sockaddr *)&name, sizeof name) == 0 && listen(listener, 100) == 0);
    struct tcp_info info;
    socklen_t length = sizeof info;
    CHECK(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_sacked == 2);
    name = loopback(portOf(listener));
    for (int i = 0; i < 6; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK(connect(fds[i], (struct sockaddr *)&name, sizeof name) == 0 || errno == EINPROGRESS);
    }
    usleep(50000);
    for (int i = 0; i < 6; i++) {
        struct pollfd entry = {fds[i], POLLOUT, 0};
        made += poll(&entry, 1, 0) == 1;
        close(fds[i]);
    }
    printf("made %d\n", made);
    close(listener);

    // Sockets of AF_UNIX have the same limit.
    struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "\0mote-test-settings"};
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, 100) == 0);
    made = 0;
    for (int i = 0; i < 6; i++) {
        fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        made += connect(fds[i], (struct sockaddr *)&here, sizeof here) == 0;
    }
    for (int i = 0; i < 6; i++) {
        close(fds[i]);
    }
    close(listener);
    printf("made %d\n", made);
    CHECK(store("core/somaxconn", "4096") == 0);
    passed("backlog");
}

static void testPorts(void)
{
    CHECK(store("ipv4/ip_local_port_range", "40000 40003") == 0);
    int fds[5], on = 0;
    unsigned seen = 0;
    struct sockaddr_in name = loopback(0);
    for (int i = 0; i < 5; i++) {
        fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
        if (i < 4) {
            CHECK(bind(fds[i], (struct sockaddr *)&name, sizeof name) == 0);
            seen |= 1u << (portOf(fds[i]) - 40000);
        } else {
            FAILS(bind(fds[i], (struct sockaddr *)&name, sizeof name), EADDRINUSE);
        }
    }
    printf("ports %#x\n", seen);
    for (int i = 0; i < 5; i++) {
        close(fds[i]);
    }

    // A connection's own end too.
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    name = loopback(5555);
    CHECK(bind(listener, (struct sockaddr *)&name, sizeof name) == 0 && listen(listener, 5) == 0);
    CHECK(connect(fd, (struct sockaddr *)&name, sizeof name) == 0 && portOf(fd) >= 40000 && portOf(fd) <= 40003);
    close(fd);
    close(listener);
    (void)on;
    CHECK(store("ipv4/ip_local_port_range", "32768 60999") == 0);
    passed("ports");
}

static void testTcp(void)
{
    int old = socket(AF_INET, SOCK_STREAM, 0), own = socket(AF_INET, SOCK_STREAM, 0), value = 50;
    CHECK(setsockopt(own, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value) == 0
        && setsockopt(own, IPPROTO_TCP, TCP_LINGER2, &value, sizeof value) == 0);
    CHECK(store("ipv4/tcp_keepalive_time", "100") == 0 && store("ipv4/tcp_keepalive_intvl", "20") == 0
        && store("ipv4/tcp_keepalive_probes", "4") == 0);
    CHECK(store("ipv4/tcp_fin_timeout", "12") == 0 && store("ipv4/tcp_syn_retries", "2") == 0);
    CHECK(store("ipv4/tcp_rmem", "4096 50000 700000") == 0 && store("ipv4/tcp_wmem", "4096 30000 800000") == 0);
    int fresh = socket(AF_INET, SOCK_STREAM, 0);

    // Those who have not set it themselves follow, whenever they were made.
    for (int i = 0; i < 2; i++) {
        int fd = i == 0 ? old : fresh;
        CHECK(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 100 && option(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 20
            && option(fd, IPPROTO_TCP, TCP_KEEPCNT) == 4);
        CHECK(option(fd, IPPROTO_TCP, TCP_LINGER2) == 12 && option(fd, IPPROTO_TCP, TCP_SYNCNT) == 2);
    }
    CHECK(option(own, IPPROTO_TCP, TCP_KEEPIDLE) == 50 && option(own, IPPROTO_TCP, TCP_LINGER2) == 50);
    value = -1;
    CHECK(setsockopt(own, IPPROTO_TCP, TCP_LINGER2, &value, sizeof value) == 0 && option(own, IPPROTO_TCP, TCP_LINGER2) == -1);

    // Buffers are for those that are made from then on.
    CHECK(option(fresh, SOL_SOCKET, SO_RCVBUF) == 50000 && option(fresh, SOL_SOCKET, SO_SNDBUF) == 30000);
    CHECK(option(old, SOL_SOCKET, SO_RCVBUF) != 50000);
    close(old);
    close(own);
    close(fresh);
    passed("tcp");
}

// Of the whole machine, so on a host with networks of their own they can only be read.
static void testBuffers(void)
{
    if (store("core/rmem_max", "300000") == 0) {
        int value = 1000000;
        CHECK(store("core/wmem_max", "400000") == 0 && store("core/rmem_default", "150000") == 0
            && store("core/wmem_default", "160000") == 0);
        refuses("core/rmem_max", "2000");
        refuses("core/wmem_max", "4000");
        refuses("core/rmem_default", "2000");
        refuses("core/wmem_default", "-5");
        int fd = socket(AF_INET, SOCK_DGRAM, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(option(fd, SOL_SOCKET, SO_RCVBUF) == 150000 && option(fd, SOL_SOCKET, SO_SNDBUF) == 160000);
        CHECK(option(local, SOL_SOCKET, SO_RCVBUF) == 150000 && option(local, SOL_SOCKET, SO_SNDBUF) == 160000);
        CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value) == 0 && option(fd, SOL_SOCKET, SO_RCVBUF) == 600000);
        CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value) == 0 && option(fd, SOL_SOCKET, SO_SNDBUF) == 800000);
        close(fd);
        close(local);
    }
    passed("buffers");
}

int main(void)
{
    struct utsname system;
    uname(&system);
    if (strstr(system.release, "mote") == NULL) {
        if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
            printf("ok numbers\nmade 3\nmade 3\nok backlog\nports 0xf\nok ports\nok tcp\nok buffers\n");
            return 0;
        }
        int fd = socket(AF_INET, SOCK_DGRAM, 0);
        struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
        CHECK(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
        close(fd);
    }
    testNumbers();
    testBacklog();
    testPorts();
    testTcp();
    testBuffers();
    return finish();
}
