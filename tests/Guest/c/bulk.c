// Megabytes of output in writes of many sizes.
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    static char buffer[300000];
    uint32_t seed = 12345;
    for (size_t i = 0; i < sizeof buffer; i++) {
        seed = seed * 1664525 + 1013904223;
        buffer[i] = (char)(seed >> 24);
    }
    for (size_t total = 0, size = 1; total < 6000000; size = size * 7 % 299993) {
        for (size_t done = 0; done < size;) {
            ssize_t part = write(1, buffer + done, size - done);
            if (part <= 0) {
                return 1;
            }
            done += part;
        }
        total += size;
    }
    return 0;
}
