// The device files that every program expects, and what each call does with them: null(4), full(4), random(4).
#include "errors.h"
#include <fcntl.h>
#include <linux/random.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

static char bytes[4096];

static void testDevice(const char *path)
{
    struct stat status;
    printf("%s\n", path);
    if (stat(path, &status) != 0) {
        printf("missing: %s\n", strerrorname_np(errno));
        return;
    }
    printf("mode %o, device %u:%u, size %ld, links %ld\n", status.st_mode, major(status.st_rdev), minor(status.st_rdev),
        (long)status.st_size, (long)status.st_nlink);
    int fd = open(path, O_RDWR);
    OUTCOME(fd);
    VALUE(read(fd, bytes, 100));
    VALUE(read(fd, bytes, 0));
    VALUE(read(fd, (void *)0x7030000000, 100));
    VALUE(read(fd, (void *)0x7030000000, 0));
    VALUE(write(fd, bytes, 100));
    VALUE(write(fd, bytes, 0));
    VALUE(write(fd, (void *)0x7030000000, 100));
    VALUE(pread(fd, bytes, 100, 1000));
    VALUE(pread(fd, bytes, 100, -1));
    VALUE(pwrite(fd, bytes, 100, 1000));
    struct iovec pieces[2] = {{bytes, 10}, {bytes + 10, 20}};
    VALUE(readv(fd, pieces, 2));
    VALUE(writev(fd, pieces, 2));
    VALUE(lseek(fd, 100, SEEK_SET));
    VALUE(lseek(fd, 0, SEEK_CUR));
    VALUE(lseek(fd, 10, SEEK_END));
    VALUE(ftruncate(fd, 10));
    VALUE(truncate(path, 10));
    VALUE(fallocate(fd, 0, 0, 10));
    VALUE(fsync(fd));
    VALUE(fdatasync(fd));
    VALUE(ioctl(fd, FIONREAD, bytes));
    VALUE(ioctl(fd, 0x5401, bytes));
    VALUE(isatty(fd));
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDNORM | POLLWRNORM, 0};
    VALUE(poll(&entry, 1, 0));
    printf("events %x\n", entry.revents);
    int set = epoll_create1(0);
    VALUE(epoll_ctl(set, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN}));
    close(set);
    VALUE(fcntl(fd, F_GETFL) & O_ACCMODE);
    OUTCOME(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
    OUTCOME(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    close(fd);
    OUTCOME(close(open(path, O_WRONLY | O_TRUNC | O_APPEND | O_CREAT, 0600)));
    OUTCOME(open(path, O_RDONLY | O_DIRECTORY));
    OUTCOME(open(path, O_CREAT | O_EXCL, 0600));
}

static void testZeroMaps(void)
{
    int fd = open("/dev/zero", O_RDWR), reading = open("/dev/zero", O_RDONLY);
    char *private = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
    char *shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *read = mmap(NULL, 8192, PROT_READ, MAP_SHARED, reading, 0);
    OUTCOME(private);
    OUTCOME(shared);
    OUTCOME(read);
    OUTCOME(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, reading, 0));
    OUTCOME(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, reading, 0));
    private[5000] = 1;
    shared[5000] = 2;
    printf("%d %d %d %d\n", private[5000], shared[5000], read[5000], private[0]);
    char *other = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    printf("another: %d\n", other[5000]);
    close(fd);
    private[0] = 3;
    printf("%d\n", private[0]);
    OUTCOME(madvise(private, 8192, MADV_DONTNEED));
    printf("%d\n", private[0]);
    OUTCOME(mremap(shared, 8192, 8192, MREMAP_MAYMOVE));
    OUTCOME(mprotect(shared, 4096, PROT_READ));
    OUTCOME(munmap(private, 8192));
}

static void testRandom(void)
{
    int fd = open("/dev/urandom", O_RDWR), count = -1;
    VALUE(ioctl(fd, RNDGETENTCNT, &count));
    printf("%d\n", count);
    VALUE(ioctl(fd, RNDGETENTCNT, (void *)0x7030000000));
    char one[32], two[32];
    VALUE(read(fd, one, 32));
    VALUE(read(fd, two, 32));
    printf("differ %d\n", memcmp(one, two, 32) != 0);
    VALUE(pread(fd, one, 32, 0));
}

int main(void)
{
    const char *paths[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        testDevice(paths[i]);
    }
    testZeroMaps();
    testRandom();
    const char *links[] = {"/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        char to[64];
        ssize_t length = readlink(links[i], to, sizeof to);
        printf("%s %.*s\n", links[i], (int)(length < 0 ? 0 : length), to);
    }
    return 0;
}
