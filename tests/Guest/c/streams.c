// Both output streams, and writes to closed and wrong descriptors.
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
    fputs("to stderr 1\n", stderr);
    puts("to stdout 1");
    fflush(stdout);
    CHECK(write(2, "to stderr 2\n", 12) == 12);
    struct iovec parts[3] = { { "to ", 3 }, { "", 0 }, { "stdout 2\n", 9 } };
    CHECK(writev(1, parts, 3) == 12);
    FAILS(write(77, "x", 1), EBADF);
    char *volatile nowhere = (char *)8;
    FAILS(write(1, nowhere, 1), EFAULT);
    FAILS(read(1000000, &failures, 1), EBADF);
    CHECK(write(1, "", 0) == 0);
    int copy = dup(2);
    CHECK(copy > 2);
    dprintf(copy, "to stderr 3\n");
    CHECK(close(copy) == 0);
    FAILS(close(copy), EBADF);
    int null = open("/dev/null", O_RDWR);
    CHECK(null >= 0 && write(null, "gone", 4) == 4 && read(null, &copy, 4) == 0);
    CHECK(dup2(null, 2) == 2);
    fputs("not seen\n", stderr);
    struct stat status;
    CHECK(fstat(1, &status) == 0 && !S_ISDIR(status.st_mode));
    CHECK(!isatty(1));
    passed("streams");
    return finish();
}
