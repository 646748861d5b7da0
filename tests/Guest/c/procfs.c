// /proc, /sys and /dev as language runtimes read them.
#include "check.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

static int has(const char *path, const char *text)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        return 0;
    }
    char line[4096];
    int found = 0;
    while (fgets(line, sizeof line, file)) {
        found |= strstr(line, text) != NULL;
    }
    fclose(file);
    return found;
}

int main(int argc, char **argv)
{
    char text[4096];
    (void)argc;
    CHECK(has("/proc/self/maps", "[stack]"));
    CHECK(has("/proc/self/maps", "[vdso]"));
    CHECK(has("/proc/self/status", "VmRSS:"));
    CHECK(has("/proc/self/status", "Threads:\t1"));
    CHECK(has("/proc/self/stat", ") R "));
    CHECK(has("/proc/cpuinfo", "processor\t: 0"));
    CHECK(has("/proc/meminfo", "MemTotal:"));
    CHECK(has("/proc/meminfo", "MemAvailable:"));
    CHECK(has("/proc/stat", "cpu0 "));
    CHECK(has("/proc/mounts", " / "));
    ssize_t count = readlink("/proc/self/exe", text, sizeof text - 1);
    CHECK(count > 0);
    text[count > 0 ? count : 0] = 0;
    char *given = strrchr(argv[0], '/'), *found = strrchr(text, '/');
    CHECK(given && found && strcmp(given, found) == 0);

    // The stack is where the maps say it is.
    FILE *maps = fopen("/proc/self/maps", "r");
    int inside = 0;
    while (maps && fgets(text, sizeof text, maps)) {
        unsigned long first, last;
        char access[5];
        CHECK(sscanf(text, "%lx-%lx %4s", &first, &last, access) == 3);
        if ((unsigned long)(uintptr_t)&text >= first && (unsigned long)(uintptr_t)&text < last) {
            inside = strncmp(access, "rw-p", 4) == 0;
        }
    }
    CHECK(inside);
    fclose(maps);

    int fd = open("/dev/zero", O_RDWR);
    memset(text, 1, 100);
    CHECK(fd >= 0 && read(fd, text, 100) == 100 && text[0] == 0 && text[99] == 0 && write(fd, text, 100) == 100);
    close(fd);
    fd = open("/dev/full", O_WRONLY);
    FAILS(write(fd, "x", 1), ENOSPC);
    close(fd);
    struct stat status;
    CHECK(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
    FAILS(open("/dev/nothing", O_RDONLY), ENOENT);
    fd = open("/tmp/mote-test-procfs", O_CREAT | O_RDWR, 0600);
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    count = readlink(link, text, sizeof text - 1);
    text[count > 0 ? count : 0] = 0;
    puts(text);
    CHECK(unlink("/tmp/mote-test-procfs") == 0);
    passed("procfs");
    return finish();
}
