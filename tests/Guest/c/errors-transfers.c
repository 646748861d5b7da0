// How what reads, writes and copies fails on each kind of descriptor, and which error wins: read(2) to copy_file_range(2).
#include "grid.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

#define NOWHERE LONG_MAX

static struct iovec good[2], empty[2], huge[2], negative[2], wild[2], wildEmpty[2], many[1025];

static void vectors(void)
{
    good[0] = (struct iovec){buf, 2};
    good[1] = (struct iovec){buf + 8, 2};
    empty[0] = (struct iovec){buf, 0};
    huge[0] = (struct iovec){buf, SSIZE_MAX};
    huge[1] = (struct iovec){buf, SSIZE_MAX};
    negative[0] = (struct iovec){buf, 1};
    negative[1] = (struct iovec){buf, (size_t)-1};
    wild[0] = (struct iovec){BAD, 2};
    wild[1] = (struct iovec){KERN, 2};
    wildEmpty[0] = (struct iovec){BAD, 0};
    wildEmpty[1] = (struct iovec){KERN, 0};
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct iovec){buf, 0};
    }
}

static long preadv2_(int fd, const struct iovec *v, long n, long offset, int flags)
{
    return syscall(SYS_preadv2, fd, v, n, offset, 0, flags);
}

static long pwritev2_(int fd, const struct iovec *v, long n, long offset, int flags)
{
    return syscall(SYS_pwritev2, fd, v, n, offset, 0, flags);
}

static long readv_(int fd, const struct iovec *v, long n)
{
    return syscall(SYS_readv, fd, v, n);
}

static long writev_(int fd, const struct iovec *v, long n)
{
    return syscall(SYS_writev, fd, v, n);
}

static long preadv_(int fd, const struct iovec *v, long n, long offset)
{
    return syscall(SYS_preadv, fd, v, n, offset, 0);
}

static long pwritev_(int fd, const struct iovec *v, long n, long offset)
{
    return syscall(SYS_pwritev, fd, v, n, offset, 0);
}

static void testPlain(void)
{
    VALUES(read(fd, buf, 4));
    VALUES(read(fd, buf, 0));
    VALUES(read(fd, BAD, 0));
    VALUES(read(fd, KERN, 0));
    VALUES(read(fd, BAD, 4));
    VALUES(read(fd, KERN, 4));
    VALUES(read(fd, buf, (size_t)-1));
    ROW(read(fd, buf + 4094, 16));
    VALUES(write(fd, buf, 4));
    VALUES(write(fd, buf, 0));
    VALUES(write(fd, BAD, 0));
    VALUES(write(fd, KERN, 0));
    LEAVE_OUT(BIT(K_DGRAM));
    VALUES(write(fd, BAD, 4));
    LEAVE_OUT(0);
    VALUES(write(fd, KERN, 4));
    VALUES(write(fd, buf, (size_t)-1));
    VALUES(write(fd, buf, 8));
    LEAVE_OUT(BIT(K_EVENT) | BIT(K_STREAM) | BIT(K_DGRAM) | BIT(K_PTM) | BIT(K_PTS));
    VALUES(write(fd, buf + 4092, 16));
    LEAVE_OUT(0);
}

static void testPositioned(void)
{
    VALUES(pread(fd, buf, 4, 0));
    VALUES(pread(fd, buf, 4, -1));
    VALUES(pread(fd, BAD, 4, -1));
    VALUES(pread(fd, BAD, 4, 0));
    VALUES(pread(fd, KERN, 4, 0));
    VALUES(pread(fd, KERN, 0, 0));
    VALUES(pread(fd, BAD, 0, 0));
    VALUES(pread(fd, buf, 0, LONG_MIN));
    VALUES(pread(fd, buf, 0, NOWHERE));
    VALUES(pread(fd, buf, 4, NOWHERE));
    VALUES(pread(fd, buf, 4, NOWHERE - 4));
    VALUES(pread(fd, BAD, 4, 100));
    VALUES(pwrite(fd, buf, 4, 0));
    VALUES(pwrite(fd, buf, 4, -1));
    VALUES(pwrite(fd, BAD, 4, -1));
    VALUES(pwrite(fd, BAD, 4, 0));
    VALUES(pwrite(fd, KERN, 4, 0));
    VALUES(pwrite(fd, KERN, 0, 0));
    VALUES(pwrite(fd, BAD, 0, 0));
    VALUES(pwrite(fd, buf, 0, LONG_MIN));
    VALUES(pwrite(fd, buf, 0, NOWHERE));
    VALUES(pwrite(fd, buf, 4, NOWHERE));
    VALUES(pwrite(fd, BAD, 4, NOWHERE));
    VALUES(pwrite(fd, buf, 1, NOWHERE - 1));
    VALUES(pwrite(fd, buf, 4, NOWHERE - 1));
}

static void testVectors(void)
{
    VALUES(readv_(fd, good, 2));
    VALUES(readv_(fd, good, 0));
    VALUES(readv_(fd, BAD, 0));
    VALUES(readv_(fd, BAD, 1));
    VALUES(readv_(fd, good, -1));
    VALUES(readv_(fd, many, 1024));
    VALUES(readv_(fd, many, 1025));
    VALUES(readv_(fd, BAD, 1025));
    VALUES(readv_(fd, good, INT_MAX));
    VALUES(readv_(fd, good, INT_MIN));
    VALUES(readv_(fd, empty, 1));
    VALUES(readv_(fd, huge, 2));
    VALUES(readv_(fd, negative, 2));
    VALUES(readv_(fd, wild, 1));
    VALUES(readv_(fd, wild, 2));
    VALUES(readv_(fd, wildEmpty, 1));
    VALUES(readv_(fd, wildEmpty, 2));
    VALUES(writev_(fd, good, 2));
    VALUES(writev_(fd, good, 0));
    VALUES(writev_(fd, BAD, 0));
    VALUES(writev_(fd, BAD, 1));
    VALUES(writev_(fd, good, -1));
    VALUES(writev_(fd, many, 1024));
    VALUES(writev_(fd, many, 1025));
    VALUES(writev_(fd, BAD, 1025));
    VALUES(writev_(fd, good, INT_MAX));
    VALUES(writev_(fd, empty, 1));
    VALUES(writev_(fd, huge, 2));
    VALUES(writev_(fd, negative, 2));
    LEAVE_OUT(BIT(K_DGRAM));
    VALUES(writev_(fd, wild, 1));
    LEAVE_OUT(0);
    VALUES(writev_(fd, wild, 2));
    VALUES(writev_(fd, wildEmpty, 1));
    VALUES(writev_(fd, wildEmpty, 2));
    VALUES(preadv_(fd, good, 2, 0));
    VALUES(preadv_(fd, good, 2, -1));
    VALUES(preadv_(fd, BAD, 2, -1));
    VALUES(preadv_(fd, BAD, 2, 0));
    VALUES(preadv_(fd, good, 0, 0));
    VALUES(preadv_(fd, many, 1025, 0));
    VALUES(preadv_(fd, good, 2, NOWHERE));
    VALUES(pwritev_(fd, good, 2, 0));
    VALUES(pwritev_(fd, good, 2, -1));
    VALUES(pwritev_(fd, BAD, 2, -1));
    VALUES(pwritev_(fd, BAD, 2, 0));
    VALUES(pwritev_(fd, good, 0, 0));
    VALUES(pwritev_(fd, many, 1025, 0));
    VALUES(pwritev_(fd, good, 2, NOWHERE));
    VALUES(pwritev_(fd, good, 2, NOWHERE - 1));
}

static void testFlags(void)
{
    static const int flags[] = {0, 1, 2, 4, 0x10000, INT_MIN, -1};
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        int flag = flags[i];
        printf("with %#x\n", flag);
        VALUES(preadv2_(fd, good, 2, 0, flag));
        VALUES(preadv2_(fd, good, 2, -1, flag));
        VALUES(preadv2_(fd, good, 2, -2, flag));
        VALUES(preadv2_(fd, good, 0, 0, flag));
        VALUES(preadv2_(fd, BAD, 1, 0, flag));
        VALUES(pwritev2_(fd, good, 2, 0, flag));
        VALUES(pwritev2_(fd, good, 2, -1, flag));
        VALUES(pwritev2_(fd, good, 2, -2, flag));
        VALUES(pwritev2_(fd, good, 0, 0, flag));
        VALUES(pwritev2_(fd, BAD, 1, 0, flag));
    }
    VALUES(pwritev2_(fd, good, 2, 0, 16));
    VALUES(pwritev2_(fd, good, 2, -1, 16));
}

static void testSeek(void)
{
    VALUES(lseek(fd, 0, SEEK_SET));
    VALUES(lseek(fd, 1, SEEK_CUR));
    VALUES(lseek(fd, -1, SEEK_SET));
    VALUES(lseek(fd, -1, SEEK_CUR));
    ROW(lseek(fd, 0, SEEK_END));
    VALUES(lseek(fd, -11, SEEK_END));
    ROW(lseek(fd, LONG_MAX, SEEK_SET));
    VALUES(lseek(fd, LONG_MAX, SEEK_END));
    VALUES(lseek(fd, LONG_MIN, SEEK_CUR));
    VALUES(lseek(fd, 0, SEEK_DATA));
    VALUES(lseek(fd, 0, SEEK_HOLE));
    VALUES(lseek(fd, 10, SEEK_DATA));
    VALUES(lseek(fd, 10, SEEK_HOLE));
    VALUES(lseek(fd, -1, SEEK_DATA));
    VALUES(lseek(fd, -1, SEEK_HOLE));
    VALUES(lseek(fd, 0, 5));
    VALUES(lseek(fd, 0, -1));
    VALUES(lseek(fd, 0, INT_MAX));
}

static int file, filled, drained[2], full[2];

static int fresh(int flags)
{
    close(file);
    int fd = open("g", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (write(fd, "0123456789", 10) != 10) {
        exit(3);
    }
    close(fd);
    file = open("g", flags);
    return file;
}

// An end of a pipe that holds nothing.
static int emptied(int end)
{
    while (read(drained[0], buf, 4096) > 0) {
    }
    return drained[end];
}

static off_t at(off_t value)
{
    return value;
}

#define AT(value) (&(off_t){at(value)})

static void testSendfile(void)
{
    VALUES(sendfile(fd, fresh(O_RDONLY), NULL, 4));
    VALUES(sendfile(fd, fresh(O_RDONLY), NULL, 0));
    VALUES(sendfile(fd, fresh(O_RDONLY), BAD, 4));
    VALUES(sendfile(fd, fresh(O_RDONLY), AT(-1), 4));
    VALUES(sendfile(fd, fresh(O_RDONLY), AT(LONG_MAX), 4));
    VALUES(sendfile(fd, fresh(O_RDONLY), AT(20), 4));
    VALUES(sendfile(fd, fresh(O_WRONLY), BAD, 4));
    VALUES(sendfile(fd, fresh(O_PATH), NULL, 4));
    VALUES(sendfile(fd, FREE_FD, BAD, 4));
    VALUES(sendfile(fd, emptied(0), NULL, 4));
    VALUES(sendfile(fd, fresh(O_RDONLY), NULL, (size_t)-1));
    VALUES(sendfile(fresh(O_WRONLY), fd, NULL, 4));
    VALUES(sendfile(fresh(O_WRONLY), fd, NULL, 0));
    VALUES(sendfile(fresh(O_WRONLY), fd, AT(0), 4));
    VALUES(sendfile(fresh(O_WRONLY), fd, AT(-1), 4));
    VALUES(sendfile(fresh(O_WRONLY), fd, BAD, 4));
    VALUES(sendfile(fresh(O_RDONLY), fd, BAD, 4));
    VALUES(sendfile(fresh(O_WRONLY | O_APPEND), fd, NULL, 4));
    VALUES(sendfile(emptied(1), fd, NULL, 4));
    VALUES(sendfile(full[1], fd, NULL, 4));
    VALUES(sendfile(FREE_FD, fd, NULL, 4));
}

static void testSplice(void)
{
    VALUES(splice(filled, NULL, fd, NULL, 2, 0));
    VALUES(splice(filled, NULL, fd, NULL, 0, 0));
    VALUES(splice(filled, NULL, fd, AT(0), 2, 0));
    VALUES(splice(filled, NULL, fd, AT(-1), 2, 0));
    VALUES(splice(filled, NULL, fd, BAD, 2, 0));
    VALUES(splice(filled, AT(0), fd, NULL, 2, 0));
    VALUES(splice(emptied(0), NULL, fd, NULL, 2, 0));
    VALUES(splice(emptied(0), NULL, fd, NULL, 2, SPLICE_F_NONBLOCK));
    VALUES(splice(fresh(O_RDONLY), NULL, fd, NULL, 2, 0));
    VALUES(splice(FREE_FD, NULL, fd, NULL, 2, 0));
    VALUES(splice(FREE_FD, NULL, fd, NULL, 0, 0));
    VALUES(splice(FREE_FD, NULL, fd, NULL, 0, 0x10));
    VALUES(splice(filled, NULL, fd, NULL, 2, 0x10));
    VALUES(splice(fd, NULL, emptied(1), NULL, 2, 0));
    VALUES(splice(fd, AT(0), emptied(1), NULL, 2, 0));
    VALUES(splice(fd, AT(-1), emptied(1), NULL, 2, 0));
    VALUES(splice(fd, BAD, emptied(1), NULL, 2, 0));
    VALUES(splice(fd, NULL, emptied(1), AT(0), 2, 0));
    VALUES(splice(fd, NULL, full[1], NULL, 2, 0));
    VALUES(splice(fd, NULL, fresh(O_RDWR), NULL, 2, 0));
    VALUES(splice(fd, NULL, FREE_FD, NULL, 2, 0));
    VALUES(tee(fd, emptied(1), 2, 0));
    VALUES(tee(fd, full[1], 2, 0));
    VALUES(tee(fd, emptied(1), 0, 0));
    VALUES(tee(fd, emptied(1), 2, 0x10));
    VALUES(tee(fd, FREE_FD, 0, 0));
    VALUES(tee(filled, fd, 2, 0));
    VALUES(tee(emptied(0), fd, 2, 0));
    VALUES(vmsplice(fd, good, 2, 0));
    VALUES(vmsplice(fd, good, 0, 0));
    VALUES(vmsplice(fd, BAD, 1, 0));
    VALUES(vmsplice(fd, good, 1025, 0));
    VALUES(vmsplice(fd, good, 2, 0x10));
    VALUES(vmsplice(fd, wild, 1, 0));
    VALUES(vmsplice(fd, huge, 2, 0));
}

static void testCopyRange(void)
{
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY), NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY), NULL, 0, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY), NULL, 4, 1));
    VALUES(copy_file_range(fd, BAD, fresh(O_WRONLY), NULL, 4, 1));
    VALUES(copy_file_range(fd, BAD, fresh(O_WRONLY), BAD, 4, 0));
    VALUES(copy_file_range(fd, AT(-1), fresh(O_WRONLY), NULL, 4, 0));
    VALUES(copy_file_range(fd, AT(LONG_MAX), fresh(O_WRONLY), NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY), AT(-1), 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY), AT(LONG_MAX), 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_RDONLY), NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_WRONLY | O_APPEND), NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, fresh(O_PATH), NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, FREE_FD, NULL, 4, 0));
    VALUES(copy_file_range(fd, NULL, fd, NULL, 4, 0));
    VALUES(copy_file_range(fd, AT(0), fd, AT(5), 4, 0));
    VALUES(copy_file_range(fd, AT(0), fd, AT(5), (size_t)-1, 0));
    VALUES(copy_file_range(fresh(O_RDONLY), NULL, fd, NULL, 4, 0));
    VALUES(copy_file_range(fresh(O_RDONLY), NULL, fd, NULL, 0, 0));
    VALUES(copy_file_range(fresh(O_RDONLY), BAD, fd, NULL, 4, 0));
    VALUES(copy_file_range(fresh(O_WRONLY), NULL, fd, NULL, 4, 0));
    VALUES(copy_file_range(fresh(O_RDONLY), AT(100), fd, NULL, 4, 0));
    VALUES(copy_file_range(fresh(O_RDONLY), AT(0), fd, AT(LONG_MAX - 1), 4, 0));
    VALUES(copy_file_range(FREE_FD, NULL, fd, NULL, 4, 0));
}

int main(void)
{
    enter("errors-transfers");
    vectors();
    int pair[2];
    if (pipe(pair) != 0 || pipe2(drained, O_NONBLOCK) != 0 || pipe2(full, O_NONBLOCK) != 0) {
        return 3;
    }
    filled = pair[0];
    for (int i = 0; i < 15; i++) {
        write(pair[1], buf, 4096);
    }
    while (write(full[1], buf, 4096) > 0) {
    }
    file = fresh(O_RDWR);
    testPlain();
    testPositioned();
    testVectors();
    testFlags();
    testSeek();
    testSendfile();
    testSplice();
    testCopyRange();
    unlink("g");
    leave();
    return 0;
}
