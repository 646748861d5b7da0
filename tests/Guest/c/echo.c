// Reads standard input to its end and writes it out again, with a sum.
#include "check.h"
#include <stdint.h>
#include <unistd.h>

int main(void)
{
    static char buffer[10000];
    uint32_t sum = 1;
    long total = 0;
    ssize_t count;
    while ((count = read(0, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            sum = sum * 31 + (unsigned char)buffer[i];
        }
        total += count;
        for (ssize_t done = 0; done < count;) {
            ssize_t part = write(1, buffer + done, count - done);
            CHECK(part > 0);
            done += part;
        }
    }
    CHECK(count == 0);
    CHECK(read(0, buffer, 1) == 0);
    printf("\n%ld bytes, sum %08x\n", total, sum);
    return finish();
}
