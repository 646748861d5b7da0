// Asks the name server at the address and port of its arguments, by the C library's own resolver: the addresses of a name, and a text that is too long for a datagram.
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
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM}, *found = 0;
    int error = getaddrinfo(name, "80", &hints, &found);
    if (error) {
        printf("%s: %s\n", name, gai_strerror(error));
        return;
    }
    for (struct addrinfo *a = found; a; a = a->ai_next) {
        char text[64], port[16];
        getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
        printf("%s: %s port %s\n", name, text, port);
    }
    freeaddrinfo(found);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    res_init();
    _res.nscount = 1;
    _res.nsaddr_list[0].sin_family = AF_INET;
    _res.nsaddr_list[0].sin_port = htons(atoi(argv[2]));
    inet_pton(AF_INET, argv[1], &_res.nsaddr_list[0].sin_addr);

    addresses("machine.test", AF_INET);
    addresses("machine.test", AF_INET6);
    addresses("nowhere.test", AF_INET);

    static unsigned char answer[16384];
    int length = res_query("machine.test", C_IN, T_TXT, answer, sizeof answer);
    printf("text: %d bytes, %u records\n", length, length > 12 ? answer[6] * 256 + answer[7] : 0);
    return 0;
}
