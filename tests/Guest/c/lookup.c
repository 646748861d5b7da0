// Looks names up by the C library's own resolver: addresses, and a text that is too long for a datagram. It asks the name server at the
// address and port of its arguments, or, without them, those that /etc/resolv.conf names, also for what a server in front of others may
// spoil: other names, many addresses, the way back, an error.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void addresses(const char *name, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME}, *found = 0;
    int error = getaddrinfo(name, "80", &hints, &found);
    if (error) {
        printf("%s: %s\n", name, gai_strerror(error));
        return;
    }
    if (strcmp(found->ai_canonname, name)) {
        printf("%s is %s\n", name, found->ai_canonname);
    }
    for (struct addrinfo *a = found; a; a = a->ai_next) {
        char text[64], port[16];
        getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
        printf("%s: %s port %s\n", name, text, port);
    }
    freeaddrinfo(found);
}

static void count(const char *name)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = 0;
    int error = getaddrinfo(name, "80", &hints, &found), addresses = 0;
    for (struct addrinfo *a = found; a; a = a->ai_next) {
        addresses++;
    }
    printf("%s: %d addresses, %s\n", name, addresses, error ? gai_strerror(error) : "no error");
    if (found) {
        freeaddrinfo(found);
    }
}

static void name(const char *address)
{
    struct sockaddr_in asked = {.sin_family = AF_INET};
    inet_pton(AF_INET, address, &asked.sin_addr);
    char found[256];
    int error = getnameinfo((struct sockaddr *)&asked, sizeof asked, found, sizeof found, 0, 0, NI_NAMEREQD);
    printf("%s: %s\n", address, error ? gai_strerror(error) : found);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        res_init();
        _res.nscount = 1;
        _res.nsaddr_list[0].sin_family = AF_INET;
        _res.nsaddr_list[0].sin_port = htons(atoi(argv[2]));
        inet_pton(AF_INET, argv[1], &_res.nsaddr_list[0].sin_addr);
    }

    addresses("machine.test", AF_INET);
    addresses("machine.test", AF_INET6);
    addresses("nowhere.test", AF_INET);
    if (argc == 1) {
        addresses("alias.test", AF_INET);
        addresses("alias.test", AF_INET6);
        count("many.test");
        name("192.0.2.7");
        name("192.0.2.8");
        addresses("elsewhere.example", AF_INET);
    }

    static unsigned char answer[16384];
    int length = res_query("machine.test", C_IN, T_TXT, answer, sizeof answer);
    printf("text: %d bytes, %u records\n", length, length > 12 ? answer[6] * 256 + answer[7] : 0);
    return 0;
}
