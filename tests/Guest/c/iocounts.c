// /proc/self/io: reads and writes are counted with their bytes, also those that fail in the file; what is refused before is not.
#include "check.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct counts {
    unsigned long rchar, wchar, syscr, syscw;
};

static struct counts count(void)
{
    struct counts now = {0};
    char text[512];
    int fd = open("/proc/self/io", O_RDONLY);
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length < 0 ? 0 : length] = 0;
    CHECK(sscanf(text, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\nread_bytes: ", &now.rchar, &now.wchar, &now.syscr,
        &now.syscw) == 4);
    return now;
}

// What a call added. Bytes read are rounded, because looking reads a few more or less itself.
#define COST(call) \
    do { \
        fflush(stdout); \
        struct counts before = count(), between = count(); \
        (void)!(call); \
        struct counts after = count(); \
        long looking = (long)(between.rchar - before.rchar), bytes = (long)(after.rchar - between.rchar) - looking; \
        printf("%s: rchar %ld wchar %lu syscr %lu syscw %lu\n", #call, (bytes + 50) / 100 * 100, after.wchar - between.wchar, after.syscr - between.syscr - 1, \
            after.syscw - between.syscw); \
    } while (0)

int main(void)
{
    char buffer[4096] = {0};
    int file = open("/tmp/iocounts", O_RDWR | O_CREAT | O_TRUNC, 0600), null = open("/dev/null", O_RDWR),
        zero = open("/dev/zero", O_RDONLY), only = open("/dev/null", O_WRONLY), pair[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    struct iovec pieces[2] = {{buffer, 500}, {buffer, 500}};
    COST(write(file, buffer, 1000));
    COST(pread(file, buffer, 500, 0));
    COST(read(file, buffer, 100));
    COST(lseek(file, 0, SEEK_SET));
    COST(readv(file, pieces, 2));
    COST(writev(null, pieces, 2));
    COST(pwrite(file, buffer, 300, 0));
    COST(write(null, buffer, 0));
    COST(read(zero, buffer, 4000));
    COST(read(-1, buffer, 100));
    COST(read(only, buffer, 100));
    COST(write(pair[0], buffer, 200));
    COST(read(pair[1], buffer, 200));
    COST(send(pair[0], buffer, 200, 0));
    COST(recv(pair[1], buffer, 200, 0));
    COST(sendfile(null, file, &(off_t){0}, 700));
    unlink("/tmp/iocounts");
    return finish();
}
