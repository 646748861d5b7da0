// What /proc says about memory agrees with itself and with what the program touches.
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static char text[1 << 18];

static long sum(const char *path, const char *label)
{
    int file = open(path, O_RDONLY);
    size_t length = 0;
    ssize_t count;
    while ((count = read(file, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)count;
    }
    close(file);
    text[length] = 0;
    long total = 0;
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, label, strlen(label)) == 0) {
            total += strtol(line + strlen(label), NULL, 10);
        }
    }
    return total;
}

static long near(long a, long b, long slack)
{
    return labs(a - b) <= slack;
}

int main(void)
{
    const size_t pages = 256;
    memset(text, 1, sizeof text);
    sum("/proc/self/smaps", "Rss:");
    long before = sum("/proc/self/status", "VmRSS:"), anonymous = sum("/proc/self/status", "RssAnon:");
    char *memory = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < pages; i++) {
        memory[i * 4096] = 1;
    }
    long after = sum("/proc/self/status", "VmRSS:");
    CHECK(near(after - before, (long)pages * 4, 64));
    CHECK(near(sum("/proc/self/smaps", "Rss:"), after, 64));
    CHECK(near(sum("/proc/self/smaps_rollup", "Rss:"), after, 64));
    CHECK(near(sum("/proc/self/smaps", "Size:"), sum("/proc/self/status", "VmSize:"), 64));
    CHECK(near(sum("/proc/self/status", "RssAnon:") + sum("/proc/self/status", "RssFile:") + sum("/proc/self/status",
        "RssShmem:"), after, 64));
    passed("resident");
    CHECK(munmap(memory, pages * 4096) == 0);
    CHECK(near(sum("/proc/self/status", "RssAnon:"), anonymous, 64));
    char *shared = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(shared, 1, pages * 4096);
    CHECK(near(sum("/proc/self/status", "RssShmem:"), (long)pages * 4, 16));
    CHECK(sum("/proc/self/maps", "nothing") == 0 && strstr(text, "/dev/zero (deleted)") != NULL);
    passed("shared");
    return finish();
}
