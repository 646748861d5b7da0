// A prompt for each line, which comes back: the simplest program with somebody at the keyboard.
#include <stdio.h>
#include <string.h>

int main(void)
{
    char line[200];
    printf("> ");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin))
    {
        printf("got %s> ", line);
        fflush(stdout);
    }

    puts("end");
    return 0;
}
