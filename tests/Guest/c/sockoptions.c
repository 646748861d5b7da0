/* Options of sockets, by level and number: for each, what getsockopt(2) tells of a new socket, with which length and error, and what setsockopt(2) says to values of many kinds. The options
   that docs/compat/sockets.md names as refused are left out: the list below is held against that page by a test. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 // asm-generic/socket.h, newer than musl
#endif

struct kind { const char *name; int family, type, protocol; };

static const struct kind kinds[] = {
    {"tcp", AF_INET, SOCK_STREAM, 0}, {"udp", AF_INET, SOCK_DGRAM, 0}, {"tcp6", AF_INET6, SOCK_STREAM, 0},
    {"udp6", AF_INET6, SOCK_DGRAM, 0},
    {"unix", AF_UNIX, SOCK_STREAM, 0}, {"unix dgram", AF_UNIX, SOCK_DGRAM, 0}, {"unix packet", AF_UNIX, SOCK_SEQPACKET, 0},
};

struct level { const char *name; int number; };

static const struct level levels[] = {{"SOL_SOCKET", SOL_SOCKET}, {"IPPROTO_IP", IPPROTO_IP}, {"IPPROTO_IPV6", IPPROTO_IPV6},
    {"IPPROTO_UDP", IPPROTO_UDP}};

/* level, number */
static const int refused[][2] = {
#include "sockoptions-refused.h"
};

static int is_refused(int level, int option)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (refused[i][0] == level && refused[i][1] == option)
            return 1;
    return 0;
}

static void show(const unsigned char *bytes, int length)
{
    int zero = 1;
    for (int i = 0; i < length; i++)
        zero &= bytes[i] == 0;
    if (length == 4)
        printf(" %d", *(const int *)bytes);
    else if (zero)
        printf(" 0*%d", length);
    else
        for (int i = 0; i < length && i < 40; i++)
            printf("%s%02x", i ? "" : " ", bytes[i]);
}

/* What differs from machine to machine, run to run. */
static int is_private(int level, int option)
{
    return level == SOL_SOCKET && (option == SO_COOKIE || option == SO_NETNS_COOKIE || option == SO_PEERGROUPS);
}

static void get(int fd, int level, int option, int room)
{
    unsigned char value[512];
    socklen_t length = room;
    memset(value, 0xa5, sizeof value);
    errno = 0;
    int result = getsockopt(fd, level, option, value, &length);
    if (result < 0) {
        printf(" E%d", errno);
        return;
    }
    printf(" [%d]", (int)length);
    if (!is_private(level, option))
        show(value, (int)length);
    if (length < sizeof value && value[length] != 0xa5 && (int)length < room)
        printf(" beyond!");
}

static void set(int fd, int level, int option, const void *value, int length)
{
    int result = setsockopt(fd, level, option, value, length);
    if (result < 0)
        printf(" E%d", errno);
    else
        printf(" ok");
}

static int make(const struct kind *kind)
{
    int fd = socket(kind->family, kind->type, kind->protocol);
    if (fd < 0) {
        printf("socket: %d\n", errno);
        exit(1);
    }
    return fd;
}

static void try_option(const struct kind *kind, const struct level *level, int option)
{
    static const int numbers[] = {0, 1, -1, 2, 255, 256, INT_MAX, INT_MIN};
    char wide[256] = {0};

    /* an option that is there at all, for this kind */
    int fd = make(kind);
    char value[512];
    socklen_t length = sizeof value;
    int one = 1;
    int absent = getsockopt(fd, level->number, option, value, &length) < 0 && (errno == ENOPROTOOPT || errno == EOPNOTSUPP);
    absent = absent && setsockopt(fd, level->number, option, &one, sizeof one) < 0 && (errno == ENOPROTOOPT || errno == EOPNOTSUPP);
    close(fd);
    if (absent)
        return;

    printf("%s %s %d: get", kind->name, level->name, option);
    fd = make(kind);
    get(fd, level->number, option, 512);
    printf(" |");
    for (int room = 0; room <= 5; room++)
        get(fd, level->number, option, room);
    printf(" |");
    get(fd, level->number, option, -1);
    errno = 0;
    length = 4;
    printf(" null %d", getsockopt(fd, level->number, option, NULL, &length) < 0 ? errno : 0);
    printf(" %d", getsockopt(fd, level->number, option, value, NULL) < 0 ? errno : 0);
    close(fd);
    printf("\n  set");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        fd = make(kind);
        printf(" %d", numbers[i]);
        set(fd, level->number, option, &numbers[i], sizeof(int));
        printf(" =");
        get(fd, level->number, option, 512);
        printf(",");
        close(fd);
    }
    printf("\n  length");
    for (int bytes = -1; bytes <= 5; bytes++) {
        fd = make(kind);
        wide[0] = 1;
        printf(" %d", bytes);
        set(fd, level->number, option, wide, bytes);
        printf(" =");
        get(fd, level->number, option, 8);
        printf(",");
        close(fd);
    }
    static const int lengths[] = {8, 12, 16, 20, 24, 28, 32, 64, 136, 256};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        fd = make(kind);
        printf(" %d", lengths[i]);
        set(fd, level->number, option, wide, lengths[i]);
        close(fd);
    }
    fd = make(kind);
    printf(" null");
    set(fd, level->number, option, NULL, 4);
    set(fd, level->number, option, NULL, 0);
    close(fd);
    printf("\n");
}

int main(int argc, char **argv)
{
    int only = argc > 1 ? atoi(argv[1]) : -1;
    (void)argv;
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
            for (int option = 0; option < 128; option++)
                if (!is_refused(levels[l].number, option) && (only < 0 || only == option))
                    try_option(&kinds[k], &levels[l], option);
    return 0;
}
