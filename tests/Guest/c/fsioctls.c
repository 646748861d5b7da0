// ioctl(2) requests of file systems, on a file of a tmpfs, on /proc, on a pipe.
#include "check.h"
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RESULT(call) ({ long done = (long)(call); done < 0 ? (long)-errno : done; })

static void show(const char *what, int fd)
{
    int value = -1, zero = 0, compressed = 4, block = 0;
    printf("%s: flags %ld", what, RESULT(ioctl(fd, FS_IOC_GETFLAGS, &value)));
    printf(" %d set %ld %ld", value, RESULT(ioctl(fd, FS_IOC_SETFLAGS, &zero)), RESULT(ioctl(fd, FS_IOC_SETFLAGS, &compressed)));
    struct fsxattr attributes;
    memset(&attributes, 1, sizeof attributes);
    printf(" attributes %ld", RESULT(ioctl(fd, FS_IOC_FSGETXATTR, &attributes)));
    printf(" %x %x", attributes.fsx_xflags, attributes.fsx_projid);
    memset(&attributes, 0, sizeof attributes);
    attributes.fsx_projid = 3;
    printf(" set %ld", RESULT(ioctl(fd, FS_IOC_FSSETXATTR, &attributes)));
    struct fiemap map;
    memset(&map, 0, sizeof map);
    map.fm_length = ~0ull;
    printf(" extents %ld block %ld", RESULT(ioctl(fd, FS_IOC_FIEMAP, &map)), RESULT(ioctl(fd, FIBMAP, &block)));
    printf(" freeze %ld trim %ld version %ld sectors %ld\n", RESULT(ioctl(fd, FIFREEZE, 0)), RESULT(ioctl(fd, FITRIM, &map)),
        RESULT(ioctl(fd, FS_IOC_GETVERSION, &value)), RESULT(ioctl(fd, BLKGETSIZE, &value)));
}

int main(void)
{
    const char *path = "/dev/shm/mote-test-fsioctls";
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    CHECK(fd >= 0);
    show("tmpfs", fd);
    FAILS(ioctl(fd, FS_IOC_GETFLAGS, (void *)8), EFAULT);
    FAILS(ioctl(fd, FICLONE, fd), EOPNOTSUPP);
    close(fd);
    unlink(path);
    fd = open("/dev/shm", O_RDONLY);
    show("directory", fd);
    close(fd);
    fd = open("/proc/version", O_RDONLY);
    show("proc", fd);
    int size = 0;
    CHECK(ioctl(fd, FIGETBSZ, &size) == 0 && size > 0);
    close(fd);
    passed("fsioctls");
    return finish();
}
