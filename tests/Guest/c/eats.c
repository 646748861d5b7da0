// Touches memory until there is none.
#include <string.h>
#include <sys/mman.h>

int main(void) {
    while (1) {
        char *some = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (some == MAP_FAILED) {
            return 1;
        }

        memset(some, 1, 1 << 20);
    }
}
