// Filters of sockets (SO_ATTACH_FILTER): which programs of classic BPF are allowed, what each instruction does, what each kind of socket
// shows a filter of its messages and how much of them is kept.
#include "errors.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef SO_LOCK_FILTER
#define SO_LOCK_FILTER 44
#endif

#define BAD ((void *)0x7030000000)
#define COUNT(of) (sizeof of / sizeof *of)

struct step { uint16_t code; uint8_t yes, no; uint32_t k; };
struct program { unsigned short length; struct step *steps; };

static const char *nameOf(int error)
{
    return error == 0 ? "ok" : strerrorname_np(error);
}

static int attach(int fd, struct step *steps, int count)
{
    struct program program = {count, steps};
    errno = 0;
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0 : errno;
}

static void testCodes(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    static const uint32_t values[] = {0, 1, 2, 15, 16, 31, 32, 0x7fffffff, 0xffdfffff, 0xffe00000, 0xffefffff, 0xfff00000, 0xffffefff,
        0xfffff000, 0xfffff001, 0xfffff004, 0xfffff028, 0xfffff03c, 0xfffff040, 0xffffffff};
    char last[200] = "";
    int from = 0;
    for (int code = 0; code <= 0x200; code++) {
        char now[200] = "";
        for (unsigned i = 0; i < COUNT(values); i++) {
            struct step steps[4] = {{code, 0, 0, values[i]}, {0x06, 0, 0, 0}, {0x06, 0, 0, 0}, {0x06, 0, 0, 0}};
            strcat(now, code < 0x200 && attach(fd, steps, 4) == 0 ? "+" : "-");
        }
        if (strcmp(now, last) != 0) {
            if (last[0] != 0) {
                printf("codes %#x to %#x: %s\n", from, code - 1, last);
            }
            strcpy(last, now);
            from = code;
        }
    }

    // Jumps, ends, memory that was not written on all ways.
    static const struct { const char *name; int count; struct step steps[8]; } programs[] = {
        {"nothing returned", 1, {{0x00, 0, 0, 1}}},
        {"a jump to the end", 2, {{0x05, 0, 0, 0}, {0x06, 0, 0, 1}}},
        {"a jump beyond", 2, {{0x05, 0, 0, 1}, {0x06, 0, 0, 1}}},
        {"a far jump", 2, {{0x05, 0, 0, 0xffffffff}, {0x06, 0, 0, 1}}},
        {"if beyond", 2, {{0x15, 1, 0, 0}, {0x06, 0, 0, 1}}},
        {"if not beyond", 2, {{0x15, 0, 1, 0}, {0x06, 0, 0, 1}}},
        {"if inside", 3, {{0x15, 1, 0, 0}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"memory not written", 2, {{0x60, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"memory written", 3, {{0x02, 0, 0, 3}, {0x60, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"memory written on one way", 5, {{0x15, 1, 0, 0}, {0x02, 0, 0, 3}, {0x00, 0, 0, 0}, {0x60, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"memory written on both", 6, {{0x15, 0, 2, 0}, {0x02, 0, 0, 3}, {0x05, 0, 0, 1}, {0x03, 0, 0, 3}, {0x60, 0, 0, 3}, {0x16, 0, 0,
            0}}},
        {"other memory", 3, {{0x02, 0, 0, 3}, {0x60, 0, 0, 4}, {0x16, 0, 0, 0}}},
    };
    for (unsigned i = 0; i < COUNT(programs); i++) {
        printf("%s: %s\n", programs[i].name, nameOf(attach(fd, (struct step *)programs[i].steps, programs[i].count)));
    }
    static struct step many[4097];
    for (int i = 0; i < 4097; i++) {
        many[i] = (struct step){0x06, 0, 0, 1};
    }
    printf("4097: %s\n", nameOf(attach(fd, many, 4097)));
    printf("2000: %s\n", nameOf(attach(fd, many, 2000)));
    printf("none: %s\n", nameOf(attach(fd, many, 0)));
    printf("null: %s\n", nameOf(attach(fd, NULL, 1)));
    printf("bad: %s\n", nameOf(attach(fd, BAD, 1)));
    close(fd);
}

static void testOptions(void)
{
    static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_UNIX, AF_NETLINK}, types[] = {SOCK_DGRAM, SOCK_DGRAM, SOCK_STREAM,
        SOCK_DGRAM, SOCK_RAW};
    struct step steps[2] = {{0x00, 0, 0, 7}, {0x06, 0, 0, 8}}, got[4];
    struct program program = {2, steps};
    for (unsigned i = 0; i < COUNT(families); i++) {
        int fd = socket(families[i], types[i], 0), value = 1, other = -1;
        socklen_t length;
        printf("family %d type %d\n", families[i], types[i]);
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &value, sizeof value));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &value, 3));
        static const int lengths[] = {0, 3, 4, 8, 15, 16, 17, 24};
        for (unsigned j = 0; j < COUNT(lengths); j++) {
            errno = 0;
            int result = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, lengths[j]);
            printf(" %d %s", lengths[j], nameOf(result == 0 ? 0 : errno));
        }
        printf("\n");
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, BAD, 16));
        for (length = 0; length <= 4; length++) {
            socklen_t room = length;
            memset(got, 0, sizeof got);
            errno = 0;
            int result = getsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, got, &room);
            printf(" room %d: %s %d, %d %d\n", (int)length, nameOf(result == 0 ? 0 : errno), (int)room, got[0].k, got[1].k);
        }
        length = 2;
        OUTCOME(getsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, BAD, &length));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &value, sizeof value));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &value, sizeof value));
        value = 0;
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &value, sizeof value));
        length = sizeof other;
        OUTCOME(getsockopt(fd, SOL_SOCKET, 48, &other, &length)); // SO_BPF_EXTENSIONS
        printf("extensions %d\n", other);
        close(fd);
        fd = socket(families[i], types[i], 0);
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
        OUTCOME(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &value, sizeof value));
        length = 0;
        OUTCOME(getsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, got, &length));
        close(fd);
    }
}

static int senders[5], receivers[5];
static const char *const names[] = {"udp", "udp6", "dgram", "packet", "raw"};

static void makePairs(void)
{
    for (int i = 0; i < 5; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        struct sockaddr_storage name;
        socklen_t length = sizeof name;
        if (i == 2 || i == 3) {
            int pair[2];
            socketpair(AF_UNIX, i == 2 ? SOCK_DGRAM : SOCK_SEQPACKET, 0, pair);
            senders[i] = pair[0];
            receivers[i] = pair[1];
            continue;
        }
        int family = i == 1 ? AF_INET6 : AF_INET, type = i == 4 ? SOCK_RAW : SOCK_DGRAM, protocol = i == 4 ? 253 : 0;
        receivers[i] = socket(family, type, protocol);
        bind(receivers[i], i == 1 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, i == 1 ? sizeof v6 : sizeof v4);
        getsockname(receivers[i], (struct sockaddr *)&name, &length);
        senders[i] = socket(family, type, protocol);
        connect(senders[i], (struct sockaddr *)&name, length);
    }
}

// What comes of a message that a filter was asked about; its length tells how much was kept.
static int pass(int i, const char *text, int length)
{
    char bytes[300];
    if (send(senders[i], text, length, 0) != length) {
        printf("send: %s\n", nameOf(errno));
    }
    struct pollfd entry = {receivers[i], POLLIN, 0};
    return poll(&entry, 1, 0) == 1 ? (int)recv(receivers[i], bytes, sizeof bytes, MSG_DONTWAIT) : -1;
}

static void testMessages(void)
{
    static const uint32_t kept[] = {0, 1, 7, 8, 9, 12, 20, 21, 25, 100, 0x7fffffff, 0xffffffff};
    for (int i = 0; i < 5; i++) {
        printf("%s kept:", names[i]);
        for (unsigned j = 0; j < COUNT(kept); j++) {
            struct step steps[1] = {{0x06, 0, 0, kept[j]}};
            attach(receivers[i], steps, 1);
            printf(" %d", pass(i, "0123456789", 10));
        }
        printf("\n");

        // Each byte that can be seen, from the front and before it: kept bytes say what it was.
        printf("%s length:", names[i]);
        struct step length[3] = {{0x80, 0, 0, 0}, {0x24, 0, 0, 1}, {0x16, 0, 0, 0}};
        attach(receivers[i], length, 3);
        printf(" %d\n", pass(i, "0123456789", 10));
        printf("%s bytes:", names[i]);
        for (int at = 0; at < 40; at++) {
            if (i < 2 && (at < 4 || at == 6 || at == 7)) {
                continue; // ports and checksums
            }
            if (i == 4 && (at == 4 || at == 5 || at == 6 || at == 10 || at == 11)) {
                continue; // identification and checksum
            }
            struct step steps[3] = {{0x30, 0, 0, at}, {0x04, 0, 0, 1000}, {0x16, 0, 0, 0}};
            struct step inverse[4] = {{0x30, 0, 0, at}, {0x04, 0, 0, 30}, {0x54, 0, 0, 0xff}, {0x16, 0, 0, 0}};
            attach(receivers[i], steps, 3);
            int isThere = pass(i, "abcdefghij", 10);
            attach(receivers[i], inverse, 4);
            char text[300];
            memset(text, 'a', sizeof text);
            memcpy(text, "abcdefghij", 10);
            printf(" %d/%d", isThere, pass(i, text, 280));
        }
        printf("\n");
    }

    // Of packets the headers before, by negative offsets, and what is in no header.
    for (int i = 0; i < 2; i++) {
        printf("%s headers:", names[i]);
        static const uint32_t places[] = {0xfff00000, 0xfff00001, 0xfff00006, 0xfff00007, 0xfff00008, 0xfff00009, 0xfff0000c, 0xfff00010,
            0xfff00014, 0xfff00018, 0xfff00027, 0xffe0000c, 0xffe0000d, 0xffe0000e};
        for (unsigned j = 0; j < COUNT(places); j++) {
            struct step steps[3] = {{0x30, 0, 0, places[j]}, {0x04, 0, 0, 8}, {0x16, 0, 0, 0}};
            char text[300] = {0};
            attach(receivers[i], steps, 3);
            if (places[j] == (i == 0 ? 0xfff00006 : 0xfff00001) || (i == 0 && places[j] == 0xfff00014)) {
                continue; // flags, flow labels, ports
            }
            printf(" %d", pass(i, text, 290));
        }
        printf("\n%s extras:", names[i]);
        for (uint32_t extra = 0; extra <= 60; extra += 4) {
            if (extra == 24 || extra == 32 || extra == 36 || extra == 52 || extra == 56) {
                continue; // queue, hash, CPU, the payload's place, random numbers
            }
            struct step steps[4] = {{0x20, 0, 0, 0xfffff000 + extra}, {0x54, 0, 0, 0xff}, {0x04, 0, 0, 8}, {0x16, 0, 0, 0}};
            char text[300] = {0};
            attach(receivers[i], steps, 4);
            printf(" %d", pass(i, text, 290));
        }
        printf("\n");
    }
}

// What each instruction computes: the answer, less than 256, is how many bytes are kept.
static void testInstructions(void)
{
    static const struct { const char *name; int count; struct step steps[8]; } programs[] = {
        {"add", 3, {{0x00, 0, 0, 7}, {0x04, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"subtract", 3, {{0x00, 0, 0, 7}, {0x14, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"subtract below zero", 4, {{0x00, 0, 0, 7}, {0x14, 0, 0, 8}, {0x74, 0, 0, 28}, {0x16, 0, 0, 0}}},
        {"multiply", 3, {{0x00, 0, 0, 7}, {0x24, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"divide", 3, {{0x00, 0, 0, 70}, {0x34, 0, 0, 3}, {0x16, 0, 0, 0}}},
        {"divide a large one", 4, {{0x00, 0, 0, 0xfffffff0}, {0x34, 0, 0, 0x1000000}, {0x54, 0, 0, 63}, {0x16, 0, 0, 0}}},
        {"modulo", 3, {{0x00, 0, 0, 70}, {0x94, 0, 0, 9}, {0x16, 0, 0, 0}}},
        {"or", 3, {{0x00, 0, 0, 5}, {0x44, 0, 0, 10}, {0x16, 0, 0, 0}}},
        {"and", 3, {{0x00, 0, 0, 0xfe}, {0x54, 0, 0, 0x1b}, {0x16, 0, 0, 0}}},
        {"xor", 3, {{0x00, 0, 0, 0x5}, {0xa4, 0, 0, 0xf}, {0x16, 0, 0, 0}}},
        {"left", 3, {{0x00, 0, 0, 3}, {0x64, 0, 0, 4}, {0x16, 0, 0, 0}}},
        {"right", 3, {{0x00, 0, 0, 0x300}, {0x74, 0, 0, 4}, {0x16, 0, 0, 0}}},
        {"negate", 4, {{0x00, 0, 0, 5}, {0x84, 0, 0, 0}, {0x74, 0, 0, 27}, {0x16, 0, 0, 0}}},
        {"add X", 4, {{0x01, 0, 0, 9}, {0x00, 0, 0, 7}, {0x0c, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"divide by X", 4, {{0x01, 0, 0, 9}, {0x00, 0, 0, 70}, {0x3c, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"divide by X of zero", 4, {{0x01, 0, 0, 0}, {0x00, 0, 0, 70}, {0x3c, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"modulo X of zero", 4, {{0x01, 0, 0, 0}, {0x00, 0, 0, 70}, {0x9c, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"to X and back", 4, {{0x00, 0, 0, 33}, {0x07, 0, 0, 0}, {0x87, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"memory", 5, {{0x00, 0, 0, 44}, {0x02, 0, 0, 15}, {0x00, 0, 0, 1}, {0x60, 0, 0, 15}, {0x16, 0, 0, 0}}},
        {"memory and X", 5, {{0x01, 0, 0, 45}, {0x03, 0, 0, 0}, {0x61, 0, 0, 0}, {0x87, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"length in X", 3, {{0x81, 0, 0, 0}, {0x87, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"the length of a header", 3, {{0xb1, 0, 0, 0}, {0x87, 0, 0, 0}, {0x16, 0, 0, 0}}},
        {"a half", 4, {{0x28, 0, 0, 0}, {0x54, 0, 0, 0xff}, {0x16, 0, 0, 0}, {0x06, 0, 0, 0}}},
        {"a word", 4, {{0x20, 0, 0, 0}, {0x74, 0, 0, 24}, {0x16, 0, 0, 0}, {0x06, 0, 0, 0}}},
        {"a byte at X", 4, {{0x01, 0, 0, 3}, {0x50, 0, 0, 1}, {0x16, 0, 0, 0}, {0x06, 0, 0, 0}}},
        {"a byte at X before", 4, {{0x01, 0, 0, 3}, {0x50, 0, 0, 0xfffffffe}, {0x16, 0, 0, 0}, {0x06, 0, 0, 0}}},
        {"beyond", 2, {{0x30, 0, 0, 300}, {0x06, 0, 0, 9}}},
        {"half beyond", 2, {{0x28, 0, 0, 199}, {0x06, 0, 0, 9}}},
        {"the last", 2, {{0x30, 0, 0, 199}, {0x06, 0, 0, 9}}},
        {"equal", 4, {{0x00, 0, 0, 5}, {0x15, 0, 1, 5}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"greater", 4, {{0x00, 0, 0, 0x80000000}, {0x25, 0, 1, 5}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"not greater", 4, {{0x00, 0, 0, 5}, {0x25, 0, 1, 5}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"at least", 4, {{0x00, 0, 0, 5}, {0x35, 0, 1, 5}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"a bit", 4, {{0x00, 0, 0, 5}, {0x45, 0, 1, 4}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"no bit", 4, {{0x00, 0, 0, 5}, {0x45, 0, 1, 2}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"equal X", 5, {{0x01, 0, 0, 5}, {0x00, 0, 0, 5}, {0x1d, 0, 1, 0}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}}},
        {"a jump", 4, {{0x05, 0, 0, 1}, {0x06, 0, 0, 1}, {0x06, 0, 0, 2}, {0x06, 0, 0, 3}}},
        {"xor X by an extra", 4, {{0x01, 0, 0, 0xf}, {0x00, 0, 0, 0x5}, {0x20, 0, 0, 0xfffff028}, {0x16, 0, 0, 0}}},
        {"A and X begin as zero", 4, {{0x0c, 0, 0, 0}, {0x15, 0, 1, 0}, {0x06, 0, 0, 5}, {0x06, 0, 0, 6}}},
    };
    char text[200];
    for (int i = 0; i < 200; i++) {
        text[i] = i + 100;
    }
    for (unsigned i = 0; i < COUNT(programs); i++) {
        int error = attach(receivers[2], (struct step *)programs[i].steps, programs[i].count);
        printf("%s: %s %d\n", programs[i].name, nameOf(error), pass(2, text, 200));
    }
}

// Messages of netlink: a filter that wants none, and one that looks at their type.
static void testNetlink(void)
{
    // RTM_GETLINK, a dump.
    struct { uint32_t length; uint16_t type, flags; uint32_t sequence, port; unsigned char family, padding[3]; } request = {20, 18, 0x301,
        1, 0, AF_UNSPEC, {0}};
    static struct step programs[][4] = {
        {{0x06, 0, 0, 0}, {0x06, 0, 0, 0}, {0x06, 0, 0, 0}, {0x06, 0, 0, 0}},
        {{0x28, 0, 0, 4}, {0x15, 0, 1, 0x1000}, {0x06, 0, 0, 0xffffffff}, {0x06, 0, 0, 0}}, // RTM_NEWLINK as it lies in memory
        {{0x28, 0, 0, 4}, {0x15, 0, 1, 0x0300}, {0x06, 0, 0, 0xffffffff}, {0x06, 0, 0, 0}}, // NLMSG_DONE
    };
    for (unsigned i = 0; i < COUNT(programs); i++) {
        int fd = socket(AF_NETLINK, SOCK_RAW, 0);
        static char bytes[16384];
        printf("netlink %s:", nameOf(attach(fd, programs[i], 4)));
        send(fd, &request, sizeof request, 0);
        int count = 0;
        for (;; count++) {
            struct pollfd entry = {fd, POLLIN, 0};
            if (poll(&entry, 1, 100) != 1) {
                break;
            }
            int length = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
            if (length < 16) {
                break;
            }
            if (count == 0) {
                printf(" first is %d", ((uint16_t *)bytes)[2]);
            }
        }
        printf("\n");
        close(fd);
    }
}

int main(void)
{
    testCodes();
    testOptions();
    makePairs();
    testMessages();
    testInstructions();
    testNetlink();
    return 0;
}
