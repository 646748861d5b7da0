// Control messages of sendmsg(2) and recvmsg(2): every type of every level at every kind of socket, with payloads of many lengths; headers
// that lie; what is told of what came, and what is cut off.
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#define BAD ((void *)0x7030000000)
#define KINDS 10
#define LENGTHS 9

static const char *const names[KINDS] = {"tcp", "udp", "raw", "tcp6", "udp6", "raw6", "unix", "dgram", "packet", "netlink"};
static int senders[KINDS], receivers[KINDS];
static struct sockaddr_storage to[KINDS];
static socklen_t toLength[KINDS];
static const int lengths[LENGTHS] = {0, 1, 2, 4, 8, 12, 16, 20, 24};

static const char *nameOf(int error)
{
    return error == 0 ? "ok" : strerrorname_np(error);
}

static void drain(int fd)
{
    char bytes[256], control[2048];
    struct iovec vector = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    for (;;) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        if (recvmsg(fd, &message, MSG_DONTWAIT) <= 0) {
            return;
        }
        for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
            if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_RIGHTS) {
                for (unsigned i = 0; i < (each->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
                    close(((int *)CMSG_DATA(each))[i]);
                }
            }
        }
    }
}

static void makeSockets(void)
{
    for (int i = 0; i < KINDS; i++) {
        int family = i < 3 ? AF_INET : i < 6 ? AF_INET6 : i < 9 ? AF_UNIX : AF_NETLINK;
        int type = i < 6 ? (i % 3 == 0 ? SOCK_STREAM : i % 3 == 1 ? SOCK_DGRAM : SOCK_RAW) : i == 6 ? SOCK_STREAM : i == 7 ? SOCK_DGRAM
            : i == 8 ? SOCK_SEQPACKET : SOCK_RAW;
        if (family == AF_UNIX) {
            int pair[2];
            socketpair(family, type, 0, pair);
            senders[i] = pair[0];
            receivers[i] = pair[1];
            continue;
        }
        int protocol = type == SOCK_RAW && family != AF_NETLINK ? 253 : 0;
        senders[i] = socket(family, type, protocol);
        if (family == AF_NETLINK) {
            receivers[i] = senders[i];
            continue;
        }
        receivers[i] = socket(family, type, protocol);
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        memcpy(&to[i], family == AF_INET ? (void *)&v4 : (void *)&v6, family == AF_INET ? sizeof v4 : sizeof v6);
        toLength[i] = family == AF_INET ? sizeof v4 : sizeof v6;
        bind(receivers[i], (struct sockaddr *)&to[i], toLength[i]);
        if (type == SOCK_STREAM) {
            listen(receivers[i], 1);
        }
        getsockname(receivers[i], (struct sockaddr *)&to[i], &toLength[i]);
        connect(senders[i], (struct sockaddr *)&to[i], toLength[i]);
        if (type == SOCK_STREAM) {
            int accepted = accept(receivers[i], NULL, NULL);
            close(receivers[i]);
            receivers[i] = accepted;
        }
    }
}

static int sendControl(int fd, void *control, size_t length)
{
    struct { unsigned length; unsigned short type, flags; unsigned sequence, port; } nothing = {16, 1, 0, 0, 0}; // NLMSG_NOOP
    struct iovec vector = {&nothing, fd == senders[KINDS - 1] ? 16 : 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = length};
    errno = 0;
    return syscall(SYS_sendmsg, fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ? 0 : errno;
}

static int sendOne(int fd, int level, int type, int length, int fill)
{
    static uint64_t room[64];
    struct cmsghdr *header = (struct cmsghdr *)room;
    memset(room, 0, sizeof room);
    header->cmsg_len = CMSG_LEN(length);
    header->cmsg_level = level;
    header->cmsg_type = type;
    memset(CMSG_DATA(header), fill, length);
    if (fill == 1) {
        memset(CMSG_DATA(header) + 1, 0, length > 0 ? length - 1 : 0); // a number, 1
    }
    return sendControl(fd, room, CMSG_SPACE(length));
}

// What differs between versions of Linux, or is up to options that this program does not set.
static int isSkipped(int kind, int level, int type)
{
    if (level == SOL_SOCKET) {
        return type == SO_PRIORITY || type > 68 || (kind >= 6 && (type == 3 || type == 4));
    }
    return (level == IPPROTO_IP && (type == 52 || type == 7)) || (level == IPPROTO_IPV6 && (type == 11 || (type >= 53 && type <= 59)
        || (type >= 3 && type <= 6) || type == 9 || type == 10));
}

static void testTypes(void)
{
    static const int levels[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP, IPPROTO_TCP, 255, 270, 99, -1};
    static const int fills[] = {0, 1, 0xff};
    for (int kind = 0; kind < KINDS; kind++) {
        for (unsigned level = 0; level < sizeof levels / sizeof *levels; level++) {
            char last[400] = "";
            int from = 0;
            int end = level < 4 ? 84 : level == 4 ? 40 : 3;
            for (int type = -1; type <= end; type++) {
                char now[400] = "";
                if (type < end && !isSkipped(kind, levels[level], type)) {
                    for (int fill = 0; fill < 3; fill++) {
                        const char *before = NULL;
                        for (int i = 0; i < LENGTHS; i++) {
                            const char *word = nameOf(sendOne(senders[kind], levels[level], type, lengths[i], fills[fill]));
                            if (before == NULL || strcmp(word, before) != 0) {
                                snprintf(now + strlen(now), sizeof now - strlen(now), " %d %s", lengths[i], word);
                            }
                            before = word;
                            drain(receivers[kind]);
                        }
                        strcat(now, fill < 2 ? " |" : "");
                    }
                }
                if (type == -1 || strcmp(now, last) != 0) {
                    if (last[0] != 0) {
                        printf("%s level %d types %d to %d:%s\n", names[kind], levels[level], from, type - 1, last);
                    }
                    strcpy(last, now);
                    from = type;
                }
            }
        }
    }
}

static void testHeaders(void)
{
    static uint64_t room[4096];
    struct cmsghdr *header = (struct cmsghdr *)room;
    for (int kind = 0; kind < KINDS; kind++) {
        static const struct { size_t length, total; } cases[] = {
            {0, 16}, {1, 16}, {15, 16}, {16, 16}, {17, 16}, {24, 16}, {SIZE_MAX, 16}, {SIZE_MAX - 7, 32}, {16, 15}, {16, 1}, {16, 8}, {16,
                17}, {16, 31}, {16, 40}, {16, 32}, {0, 0}, {100, 0},
        };
        printf("%s headers:", names[kind]);
        for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
            memset(room, 0, sizeof room);
            header->cmsg_len = cases[i].length;
            header->cmsg_level = 99;
            printf(" %s", nameOf(sendControl(senders[kind], room, cases[i].total)));
        }
        printf("\n");
        memset(room, 0, sizeof room);
        header->cmsg_len = 16;
        header->cmsg_level = 99;
        printf("%s memory: %s", names[kind], nameOf(sendControl(senders[kind], BAD, 16)));
        printf(" %s", nameOf(sendControl(senders[kind], NULL, 16)));
        printf(" %s", nameOf(sendControl(senders[kind], BAD, 0)));
        printf(" %s", nameOf(sendControl(senders[kind], BAD, SIZE_MAX)));
        printf(" %s", nameOf(sendControl(senders[kind], room, (size_t)INT_MAX + 1)));
        printf(" %s\n", nameOf(sendControl(senders[kind], room, INT_MAX)));
        drain(receivers[kind]);
    }
}

static int receiveControl(int fd, void *control, size_t length, int flags, const char *what)
{
    char bytes[64];
    struct iovec vector = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = length};
    errno = 0;
    int result = syscall(SYS_recvmsg, fd, &message, MSG_DONTWAIT | flags), files = 0;
    printf("%s room %zu: %d %s flags %#x control %zu:", what, length, result, nameOf(result < 0 ? errno : 0), message.msg_flags,
        (size_t)message.msg_controllen);
    if (result >= 0 && control != NULL && control != BAD) {
        size_t at = 0;
        while (at + sizeof(struct cmsghdr) <= message.msg_controllen) {
            struct cmsghdr *each = (struct cmsghdr *)((char *)control + at);
            printf(" %d/%d of %zu", each->cmsg_level, each->cmsg_type, (size_t)each->cmsg_len);
            if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_RIGHTS) {
                for (unsigned i = 0; i < (each->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
                    int got = ((int *)CMSG_DATA(each))[i];
                    files += fcntl(got, F_GETFD) != -1;
                    close(got);
                }
            }
            at += CMSG_ALIGN(each->cmsg_len);
            if (each->cmsg_len < sizeof *each) {
                break;
            }
        }
    }
    printf(files > 0 ? " files %d\n" : "\n", files);
    return result;
}

static void set(int fd, int level, int option)
{
    int on = 1;
    if (setsockopt(fd, level, option, &on, sizeof on) != 0) {
        printf("option %d/%d: %s\n", level, option, strerrorname_np(errno));
    }
}

// Room that is too short, by each length: what is told then, of datagrams with many control messages.
static void testRooms(void)
{
    static uint64_t room[128];
    set(receivers[1], IPPROTO_IP, IP_PKTINFO);
    set(receivers[1], IPPROTO_IP, IP_RECVTTL);
    set(receivers[1], IPPROTO_IP, IP_RECVTOS);
    set(receivers[1], SOL_SOCKET, SO_TIMESTAMPNS);
    set(receivers[4], IPPROTO_IPV6, IPV6_RECVPKTINFO);
    set(receivers[4], IPPROTO_IPV6, IPV6_RECVHOPLIMIT);
    set(receivers[4], IPPROTO_IPV6, IPV6_RECVTCLASS);
    for (int kind = 1; kind <= 4; kind += 3) {
        for (int length = 0; length <= 144; length += length < 20 ? 1 : 4) {
            send(senders[kind], "x", 1, 0);
            memset(room, 0, sizeof room);
            receiveControl(receivers[kind], room, length, 0, names[kind]);
        }
        send(senders[kind], "x", 1, 0);
        receiveControl(receivers[kind], NULL, 100, 0, "null");
        send(senders[kind], "x", 1, 0);
        receiveControl(receivers[kind], BAD, 100, 0, "bad");
        send(senders[kind], "x", 1, 0);
        receiveControl(receivers[kind], room, SIZE_MAX, 0, "all");
        send(senders[kind], "x", 1, 0);
        receiveControl(receivers[kind], room, sizeof room, MSG_PEEK, "peek");
        receiveControl(receivers[kind], room, sizeof room, MSG_CMSG_CLOEXEC, "close on exec");
    }

    // What the sender says of one message is what the receiver is told.
    struct { struct cmsghdr header; int value, padding; } numbers[2] = {
        {{CMSG_LEN(sizeof(int)), IPPROTO_IP, IP_TTL}, 77, 0}, {{CMSG_LEN(sizeof(int)), IPPROTO_IP, IP_TOS}, 0x2c, 0},
    };
    sendControl(senders[1], numbers, sizeof numbers);
    receiveControl(receivers[1], room, sizeof room, 0, "udp with its own");
    for (char *at = (char *)room; ((struct cmsghdr *)at)->cmsg_len >= 16
        && at < (char *)room + 120; at += CMSG_ALIGN(((struct cmsghdr *)at)->cmsg_len)) {
        struct cmsghdr *each = (struct cmsghdr *)at;
        if (each->cmsg_level == IPPROTO_IP && (each->cmsg_type == IP_TTL || each->cmsg_type == IP_TOS)) {
            printf("%d is %d\n", each->cmsg_type, each->cmsg_type == IP_TTL ? *(int *)CMSG_DATA(each) : *CMSG_DATA(each));
        }
    }
    struct { struct cmsghdr header; int value, padding; } numbers6[2] = {
        {{CMSG_LEN(sizeof(int)), IPPROTO_IPV6, IPV6_HOPLIMIT}, 78, 0}, {{CMSG_LEN(sizeof(int)), IPPROTO_IPV6, IPV6_TCLASS}, 0x2d, 0},
    };
    sendControl(senders[4], numbers6, sizeof numbers6);
    memset(room, 0, sizeof room);
    receiveControl(receivers[4], room, sizeof room, 0, "udp6 with its own");
    for (char *at = (char *)room; ((struct cmsghdr *)at)->cmsg_len >= 16
        && at < (char *)room + 120; at += CMSG_ALIGN(((struct cmsghdr *)at)->cmsg_len)) {
        struct cmsghdr *each = (struct cmsghdr *)at;
        if (each->cmsg_type == IPV6_HOPLIMIT || each->cmsg_type == IPV6_TCLASS) {
            printf("%d is %d\n", each->cmsg_type, *(int *)CMSG_DATA(each));
        }
    }
}

// Files in messages, with room for some of them.
static void testRights(void)
{
    static uint64_t room[256];
    struct { struct cmsghdr header; int files[6]; } rights = {{CMSG_LEN(5 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, {0, 1, 2, 0, 1}};
    for (int kind = 6; kind <= 8; kind++) {
        for (int pass = 0; pass < 2; pass++) {
            if (pass == 1) {
                set(receivers[kind], SOL_SOCKET, SO_PASSCRED);
            }
            for (int length = 0; length <= 80; length += 4) {
                sendControl(senders[kind], &rights, sizeof rights);
                memset(room, 0, sizeof room);
                receiveControl(receivers[kind], room, length, 0, names[kind]);
            }
            sendControl(senders[kind], &rights, sizeof rights);
            receiveControl(receivers[kind], NULL, 100, 0, "null");
            sendControl(senders[kind], &rights, sizeof rights);
            receiveControl(receivers[kind], BAD, 100, 0, "bad");
            sendControl(senders[kind], &rights, sizeof rights);
            receiveControl(receivers[kind], room, sizeof room, MSG_PEEK, "peek");
            receiveControl(receivers[kind], room, sizeof room, MSG_CMSG_CLOEXEC, "close on exec");
        }
    }

    // Bad ones, too many, twice.
    rights.files[2] = -1;
    printf("a bad one: %s\n", nameOf(sendControl(senders[7], &rights, sizeof rights)));
    static struct { struct cmsghdr header; int files[600]; } many = {.header = {0, SOL_SOCKET, SCM_RIGHTS}};
    static const int counts[] = {0, 1, 252, 253, 254, 255, 600};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        many.header.cmsg_len = CMSG_LEN(counts[i] * sizeof(int));
        printf("%d files: %s\n", counts[i], nameOf(sendControl(senders[7], &many, CMSG_SPACE(counts[i] * sizeof(int)))));
        drain(receivers[7]);
    }
    static struct { struct cmsghdr one; int files[126]; struct cmsghdr two; int others[128]; } twice = {
        {CMSG_LEN(126 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, {0}, {CMSG_LEN(127 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, {0},
    };
    printf("253 in two: %s\n", nameOf(sendControl(senders[7], &twice, sizeof twice)));
    drain(receivers[7]);
    twice.two.cmsg_len = CMSG_LEN(128 * sizeof(int));
    printf("254 in two: %s\n", nameOf(sendControl(senders[7], &twice, sizeof twice)));
    drain(receivers[7]);
    rights.files[2] = 2;
    rights.header.cmsg_len = CMSG_LEN(6);
    printf("one and a half: %s\n", nameOf(sendControl(senders[7], &rights, CMSG_SPACE(6))));
    memset(room, 0, sizeof room);
    receiveControl(receivers[7], room, sizeof room, 0, "one and a half");

    // Without data: a stream carries no files then.
    for (int kind = 6; kind <= 8; kind++) {
        struct msghdr message = {.msg_control = &rights, .msg_controllen = CMSG_SPACE(sizeof(int))};
        rights.header.cmsg_len = CMSG_LEN(sizeof(int));
        errno = 0;
        int result = sendmsg(senders[kind], &message, MSG_DONTWAIT);
        printf("%s without data: %d %s\n", names[kind], result, nameOf(result < 0 ? errno : 0));
        memset(room, 0, sizeof room);
        receiveControl(receivers[kind], room, sizeof room, 0, names[kind]);
    }
}

static void testCredentials(void)
{
    struct { struct cmsghdr header; struct ucred who; } message = {{CMSG_LEN(sizeof(struct ucred)), SOL_SOCKET, SCM_CREDENTIALS}, {0}};
    struct ucred cases[] = {
        {getpid(), getuid(), getgid()}, {1, 0, 0}, {0, 0, 0}, {-1, 0, 0}, {0x3fffff, 0, 0}, {getpid(), 7, 8}, {getpid(), -1, 0},
            {getpid(), 0, -1},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        message.who = cases[i];
        printf("credentials %u:", i);
        for (int kind = 6; kind <= 9; kind++) {
            printf(" %s", nameOf(sendControl(senders[kind], &message, sizeof message)));
            drain(receivers[kind]);
        }
        printf("\n");
    }
}

// TCP_INQ at its level, and the size of what was merged at UDP's.
static void testOthers(void)
{
    static uint64_t room[64];
    set(receivers[0], IPPROTO_TCP, 36);
    set(receivers[0], SOL_SOCKET, SO_TIMESTAMP);
    send(senders[0], "hello", 5, 0);
    struct pollfd entry = {receivers[0], POLLIN, 0};
    poll(&entry, 1, 5000);
    char one;
    struct iovec vector = {&one, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    int result = recvmsg(receivers[0], &message, 0);
    printf("tcp %d:", result);
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
        printf(" %d/%d of %zu", each->cmsg_level, each->cmsg_type, (size_t)each->cmsg_len);
        if (each->cmsg_level == IPPROTO_TCP) {
            printf(" is %d", *(int *)CMSG_DATA(each));
        }
    }
    printf("\n");
    for (int length = 0; length <= 56; length += 4) {
        memset(room, 0, sizeof room);
        message.msg_controllen = length;
        errno = 0;
        result = recvmsg(receivers[0], &message, MSG_PEEK);
        printf("tcp room %d: %d %#x %zu\n", length, result, message.msg_flags, (size_t)message.msg_controllen);
    }
}

int main(void)
{
    makeSockets();
    testTypes();
    testHeaders();
    testRooms();
    testRights();
    testCredentials();
    testOthers();
    return 0;
}
