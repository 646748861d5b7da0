// Sends to a server as its last act: as much as all buffers on the way take while nobody reads, or one datagram. Then it ends at once.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int isStream = !strcmp(argv[1], "stream");
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[3])) };
    inet_pton(AF_INET, argv[2], &server.sin_addr);
    int s = socket(AF_INET, isStream ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (connect(s, (struct sockaddr *)&server, sizeof server)) {
        perror("connect");
        return 1;
    }
    if (!isStream)
        return write(s, "farewell", 8) != 8;
    fcntl(s, F_SETFL, O_NONBLOCK);
    static char bytes[65536];
    long total = 0;
    struct pollfd room = { .fd = s, .events = POLLOUT };
    while (poll(&room, 1, 500) > 0) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)((total + i) * 31 >> 3);
        ssize_t written = write(s, bytes, sizeof bytes);
        if (written < 0 && errno != EAGAIN) {
            perror("write");
            return 1;
        }
        total += written > 0 ? written : 0;
    }
    printf("%ld\n", total);
    return 0;
}
