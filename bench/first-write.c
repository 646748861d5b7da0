// Says what the time stamp counter was just before the program's first write. Under QEMU's -icount shift=0 it counts instructions.
// As the init of a Linux guest it then turns the machine off.
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>
#include <x86intrin.h>

int main(void)
{
    char text[64];
    unsigned long long count = __rdtsc();
    int length = snprintf(text, sizeof text, "first-write %llu\n", count);
    if (write(1, text, length) != length) {
        return 1;
    }
    if (getpid() == 1) {
        sleep(1);
        reboot(RB_POWER_OFF);
    }
    return 0;
}
