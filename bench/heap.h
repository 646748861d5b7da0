// Reads figures of the kernel heap from /sys/kernel/mote/heap; opening it collects first.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long long heap_figure(const char *name)
{
    static char text[1024];
    int file = open("/sys/kernel/mote/heap", O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0)
        return 0;
    text[length] = 0;
    char *line = strstr(text, name);
    return line ? strtoull(line + strlen(name), 0, 10) : 0;
}
