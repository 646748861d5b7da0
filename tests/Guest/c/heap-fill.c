// Makes event descriptors until the kernel has no memory for more, which must be an error; then closes them and does it again.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

static int descriptors[200000];

static int fill(void)
{
    int count = 0;
    while ((descriptors[count] = eventfd(0, 0)) >= 0)
        count++;
    return count;
}

int main(void)
{
    struct rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_NOFILE, &limit);
    int first = fill();
    int error = errno;
    if (error != ENOMEM && error != EMFILE) {
        printf("error %d after %d\n", error, first);
        return 1;
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; descriptors[i] >= 0; i++)
            close(descriptors[i]);
        int again = fill();
        if (again < first * 9 / 10) {
            printf("%d fitted first, %d now: %s\n", first, again, strerror(errno));
            return 1;
        }
    }
    if (first < 1000) {
        printf("only %d\n", first);
        return 1;
    }
    for (int i = 0; descriptors[i] >= 0; i++)
        close(descriptors[i]);
    puts("filled until ENOMEM, then emptied and filled again");
    return 0;
}
