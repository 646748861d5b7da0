// Crashes a few frames deep, with output still on its way.
#include <stdio.h>

struct node
{
    struct node *next;
    volatile int value;
};

__attribute__((noinline)) static int sum(struct node *list)
{
    int total = 0;
    for (struct node *volatile at = list;; at = at->next) {
        total += at->value;
    }
    return total;
}

int main(void)
{
    struct node last = { 0, 3 }, first = { &last, 4 };
    puts("before the crash");
    fflush(stdout);
    printf("%d\n", sum(&first));
    return 0;
}
