// Short scripts for pairs of sockets, each operation with its outcome: urgent bytes of AF_UNIX, SO_PEEK_OFF, MSG_PEEK with files, MSG_TRUNC
// and MSG_WAITALL, packets, UDP_CORK and MSG_MORE.
// Some are written by hand, many more made of a generator with fixed seeds.
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#ifndef SO_PEEK_OFF
#define SO_PEEK_OFF 42
#endif

static int from, to;
static volatile sig_atomic_t urgents;
static int next; // what is sent is the alphabet, again and again

static void onUrgent(int number)
{
    (void)number;
    urgents++;
}

static const char *nameOf(int error)
{
    return error == 0 ? "ok" : strerrorname_np(error);
}

static long sendSome(int count, int flags, int files)
{
    char bytes[64];
    for (int i = 0; i < count; i++) {
        bytes[i] = 'a' + next++ % 26;
    }
    struct { struct cmsghdr header; int files[2]; } rights = {{CMSG_LEN(files * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, {0, 1}};
    struct iovec vector = {bytes, count};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = files > 0 ? &rights : NULL,
        .msg_controllen = files > 0 ? CMSG_SPACE(files * sizeof(int)) : 0};
    errno = 0;
    return syscall(SYS_sendmsg, from, &message, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void receiveSome(int count, int flags)
{
    static char bytes[70000];
    static uint64_t control[64];
    struct iovec vector = {bytes, count};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int files = 0;
    errno = 0;
    long result = syscall(SYS_recvmsg, to, &message, flags | MSG_DONTWAIT);
    if (result < 0) {
        printf("%s", nameOf(errno));
        return;
    }
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_type == SCM_RIGHTS) {
            for (unsigned i = 0; i < (each->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
                close(((int *)CMSG_DATA(each))[i]);
                files++;
            }
        }
    }
    printf("%ld", result);
    if (result > 0) {
        printf(":%.*s", (int)(result < count ? result : count) > 40 ? 40 : (int)(result < count ? result : count), bytes);
    }
    if (message.msg_flags & ~MSG_CMSG_CLOEXEC) {
        printf("/%x", message.msg_flags & ~MSG_CMSG_CLOEXEC);
    }
    if (files > 0) {
        printf("+%d", files);
    }
}

// An operation is a letter and, for most, a number.
static void run(const char *script)
{
    urgents = 0;
    next = 0;
    fcntl(to, F_SETOWN, getpid());
    for (const char *at = script; *at != 0;) {
        char letter = *at++;
        int number = strtol(at, (char **)&at, 10), value = 0;
        printf("%c%d ", letter, number);
        switch (letter) {
        case 's': printf("%s", sendSome(number, 0, 0) == number ? "ok" : nameOf(errno)); break;
        case 'o': printf("%s", sendSome(number, MSG_OOB, 0) == number ? "ok" : nameOf(errno)); break;
        case 'f': printf("%s", sendSome(number, 0, 1) == number ? "ok" : nameOf(errno)); break;
        case 'g': printf("%s", sendSome(number, 0, 2) == number ? "ok" : nameOf(errno)); break;
        case 'M': printf("%s", sendSome(number, MSG_MORE, 0) == number ? "ok" : nameOf(errno)); break;
        case 'r': receiveSome(number, 0); break;
        case 'p': receiveSome(number, MSG_PEEK); break;
        case 't': receiveSome(number, MSG_TRUNC); break;
        case 'T': receiveSome(number, MSG_TRUNC | MSG_PEEK); break;
        case 'w': receiveSome(number, MSG_WAITALL); break;
        case 'u': receiveSome(number, MSG_OOB); break;
        case 'U': receiveSome(number, MSG_OOB | MSG_PEEK); break;
        case 'm': printf("%s", ioctl(to, 0x8905, &value) == 0 ? value ? "at" : "not" : nameOf(errno)); break;
        case 'n': printf("%s", ioctl(to, 0x541b, &value) == 0 ? "ok" : nameOf(errno)); printf(" %d", value); break;
        case 'e': {
            struct pollfd entry = {to, POLLIN | POLLPRI | POLLRDBAND | POLLRDHUP, 0};
            poll(&entry, 1, 0);
            printf("%x", entry.revents);
            break;
        }
        case 'i': value = number; printf("%s", nameOf(setsockopt(to, SOL_SOCKET, SO_OOBINLINE, &value,
            sizeof value) == 0 ? 0 : errno)); break;
        case 'k': value = number; printf("%s", nameOf(setsockopt(to, SOL_SOCKET, SO_PEEK_OFF, &value,
            sizeof value) == 0 ? 0 : errno)); break;
        case 'K': {
            socklen_t length = sizeof value;
            printf("%s", nameOf(getsockopt(to, SOL_SOCKET, SO_PEEK_OFF, &value, &length) == 0 ? 0 : errno));
            printf(" %d", value);
            break;
        }
        case 'C': value = number; printf("%s", nameOf(setsockopt(from, IPPROTO_UDP, 1, &value, sizeof value) == 0 ? 0 : errno)); break;
        case 'h': printf("%s", nameOf(shutdown(from, SHUT_WR) == 0 ? 0 : errno)); break;
        case 'x': close(from); from = -1; printf("ok"); break;
        case 'q': printf("%d signals", (int)urgents); urgents = 0; break;
        }
        printf("; ");
    }
    printf("\n");
    close(from);
    close(to);
}

static void makeUdp(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    to = socket(AF_INET, SOCK_DGRAM, 0);
    bind(to, (struct sockaddr *)&name, sizeof name);
    getsockname(to, (struct sockaddr *)&name, &length);
    from = socket(AF_INET, SOCK_DGRAM, 0);
    connect(from, (struct sockaddr *)&name, sizeof name);
}

static void make(int type)
{
    int pair[2];
    if (type == 0) {
        makeUdp();
        return;
    }
    socketpair(AF_UNIX, type, 0, pair);
    from = pair[0];
    to = pair[1];
}

static void runOn(int type, const char *script)
{
    make(type);
    printf("%d: ", type);
    run(script);
}

// Scripts of these letters, with small numbers.
static void generate(int type, const char *letters, int scripts, unsigned seed)
{
    for (int i = 0; i < scripts; i++) {
        char script[400] = "";
        for (int j = 0; j < 12; j++) {
            seed = seed * 1103515245 + 12345;
            char letter = letters[(seed >> 16) % strlen(letters)];
            seed = seed * 1103515245 + 12345;
            int number = (seed >> 16) % 5;
            number = letter == 'i' || letter == 'C' ? number & 1 : letter == 'k' ? number * 2 - 1 : number + (letter == 's'
                || letter == 'o' || letter == 'f' || letter == 'g' || letter == 'M' || letter == 'p');
            sprintf(script + strlen(script), "%c%d", letter, number);
        }
        runOn(type, script);
    }
}

int main(void)
{
    signal(SIGURG, onUrgent);

    // Urgent bytes of a stream.
    static const char *const urgent[] = {
        "o1e0m0q0u1u1r5m0e0", "o5e0m0q0r9m0e0u1m0r9e0", "s3o1s3e0r9m0r9r9e0", "s3o1s3u1r9m0r9e0", "o3i1r9m0r9e0", "o3i1u1r2m0r9",
            "o2o2q0e0r9m0u1r9", "o2u1o2u1r9r9", "o1x0e0u1r9", "o1x0r9e0",
        "s2o1h0e0r9r9r9u1", "o1p9U1U1u1p9r9", "s2o1s2p9p9r2m0p9r9", "o1i1p9m0r1m0r1", "o1n0u1n0r1n0", "s1o1n0r1n0r1",
            "o1o1o1n0e0r9n0u1n0r9", "u1", "s1u1", "o1u0U0u5", "o3w9", "s2o1w3w3", "o1s1i1r9r9", "i1o1s1u1r9",
        "f2o1r9r9u1", "s1o1f2r9r9r9", "o2s1i1p3r3m0r3", "s2o1u1s1m0r2m0r2",
    };
    for (unsigned i = 0; i < sizeof urgent / sizeof *urgent; i++) {
        runOn(SOCK_STREAM, urgent[i]);
    }

    // Where peeking goes on.
    static const char *const peeks[] = {
        "K0k0K0s5p2K0p2K0p9K0p9K0r2K0r9K0", "k2s5p9K0r1K0p9K0", "k0s3s3p2p2p2p2p2K0", "k0s5r3K0p9K0", "k-1K0s4p2p2K0", "k7s4p9K0s9p9K0",
            "k0f3f3p2p9p9K0r9r9", "s4k0p0K0p4K0k0p4K0", "k1s1p1K0s2p1K0r1K0p1", "k0s0p9K0r9K0", "k3s2s2p9K0r9K0p9K0",
        "k0s5T2K0T9K0t2K0", "k0x0p5", "k2s3x0p5p5r9r9",
    };
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, 0};
    for (int type = 0; type < 4; type++) {
        for (unsigned i = 0; i < sizeof peeks / sizeof *peeks; i++) {
            if (types[type] == 0 && strpbrk(peeks[i], "fx") != NULL) {
                continue;
            }
            runOn(types[type], peeks[i]);
        }
    }

    // Files, cut messages, packets.
    static const char *const others[] = {
        "f3p9p9r9r9", "g3f3r9r9r9", "s2f2s2r9r9r9", "f1f1w9w9", "s2s2f2s2p9r1r9r9", "f4r2r2r2", "s5t2r9", "s5T2T9t9", "s3s3r2r9r9",
            "s0r9r9", "s0s1r9r9e0", "s3n0s2n0r9n0", "h0r9r9e0", "s2h0r9r9r9", "s2x0r9r9", "x0r1e0", "o1", "s5w9w9", "f0r9", "u1",
            "s1r0r0n0r9",
    };
    for (int type = 0; type < 3; type++) {
        for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
            runOn(types[type], others[i]);
        }
    }

    // Datagrams that are put together.
    static const char *const corks[] = {
        "M3r9s2r9", "M1M1M1r9s1r9", "C1s3s2r9C0r9", "C1s3C1r9C0r9r9", "C1M3M2C0r9", "M3C0r9", "M3C1C0r9r9", "C1C0r9", "M0r9s0r9",
            "M2s0r9", "C1s0C0r9", "s2M2r9r9s1r9", "C1s2x0r9", "M2x0r9",
    };
    for (unsigned i = 0; i < sizeof corks / sizeof *corks; i++) {
        runOn(0, corks[i]);
    }

    generate(SOCK_STREAM, "sosorruummep", 150, 1);
    generate(SOCK_STREAM, "sosorrpuUmiei", 250, 2);
    generate(SOCK_STREAM, "sfgrrpptw", 100, 3);
    generate(SOCK_STREAM, "ssskprpKKT", 150, 4);
    generate(SOCK_DGRAM, "ssskprpKKTtf", 100, 5);
    generate(SOCK_SEQPACKET, "ssskprpKKTtfn", 100, 6);
    generate(0, "ssskprpKKTtn", 100, 7);
    generate(0, "sMMCrrpn", 100, 8);
    return 0;
}
