// The pause of a collection of the kernel heap with a number of live kernel objects: event descriptors, files and mappings.
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "heap.h"

int main(int argc, char **argv)
{
    unsigned long long wanted = argc > 1 ? strtoull(argv[1], 0, 10) : 100000;
    struct rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_NOFILE, &limit);
    char *pages = mmap(0, 1ull << 32, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    unsigned long long live = heap_figure("live_objects ");
    for (int i = 0; live < wanted && i < 1000000; i++) {
        if (eventfd(0, 0) < 0)
            perror("eventfd");
        if (i % 4 == 0 && mprotect(pages + 8192ull * i, 4096, PROT_NONE) < 0)
            perror("mprotect");
        if (i % (live < wanted * 9 / 10 ? 1000 : 50) == 49)
            live = heap_figure("live_objects ");
    }
    live = heap_figure("live_objects ");
    printf("heap-pause %llu objects %llu bytes %llu counts %llu full\n", live, heap_figure("live_bytes "), heap_figure("last_pause "), heap_figure("mark_stack_overflows "));
    fflush(stdout);
    return 0;
}
